"""The front page: the boards, and what is new on each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rejoinder.boards.models import Board
from rejoinder.policy import gate


def front(request: HttpRequest) -> HttpResponse:
    """Show the boards."""
    boards = gate.visible(request.principal, Board.objects.all())  # type: ignore[attr-defined]
    return render(request, "front.html", {"boards": boards})
