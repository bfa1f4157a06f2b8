"""Pages of allauth's whose deeds have no hook of ours: what they do is counted here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from rejoinder.policy import limited
from rejoinder.web.requests import principal_of

View = Callable[..., HttpResponseBase]


def counted(name: str, view: View) -> View:
    """Return a view that counts what a signed-in member sends against a limit."""

    @functools.wraps(view)
    def counting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        principal = principal_of(request)
        if request.method == "POST" and principal.is_member:
            limited.take(principal, name)
        return view(request, *args, **kwargs)

    return counting
