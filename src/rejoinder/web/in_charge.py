"""What the administrators' pages share: who passes, and what a form's deed answers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.forms import BaseForm
from django.http import HttpResponse
from django.utils.translation import gettext as _

from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput, Unavailable
from rejoinder.policy import gate
from rejoinder.threads import outages
from rejoinder.web.answers import PageRequest, members_only, never_kept
from rejoinder.web.error_pages import page_of

P = ParamSpec("P")
View = Callable[Concatenate[PageRequest, P], HttpResponse]


def in_charge(view: View[P]) -> View[P]:
    """Let only administrators pass; guests are asked to sign in."""

    @never_kept
    @members_only
    @functools.wraps(view)
    def guarded(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        refusal = _("Only an administrator may see this page.")
        gate.check(request.principal, gate.Verb.ADMINISTER, the_site(), refusal)
        with outages.told():
            return view(request, *args, **kwargs)

    return guarded


def keep(form: BaseForm, deed: Callable[[], object]) -> int:
    """Do what a form asks for; return OK, or what was wrong, which the form then says."""
    if not form.is_valid():
        return HTTPStatus.BAD_REQUEST
    try:
        with outages.told():
            deed()
    except (BadInput, Unavailable) as error:
        form.add_error(None, error.message)
        return page_of(error).status
    return HTTPStatus.OK
