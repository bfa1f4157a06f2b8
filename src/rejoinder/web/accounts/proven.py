"""Pages that ask for the password once more, as all that lets a program in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpResponse
from django.urls import reverse

from rejoinder.web.answers import PageRequest, SeeOther, View, members_only, never_kept

P = ParamSpec("P")


def proven(form: str) -> Callable[[View[P]], View[P]]:
    """Let members pass who typed their password a short while ago; ask the others for it.

    What they sent is not kept meanwhile: they come back to the page of this name.
    """

    def proving(view: View[P]) -> View[P]:
        @never_kept
        @members_only
        @functools.wraps(view)
        def guarded(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                raise_if_reauthentication_required(request, app="allauth.account")
            except ReauthenticationRequired:
                if request.method == "POST":
                    return SeeOther(reverse(form))
                raise
            return view(request, *args, **kwargs)

        return guarded

    return proving
