"""Asks the API as a program does: a member's, by an application password, or a guest's."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from rejoinder.members import application_passwords
from rejoinder.members.models import Member
from rejoinder.policy.scopes import Scope
from tests.factories import make_member, principal_of


def secret_of(member: Member, *scopes: Scope) -> str:
    """Return the secret of a new application password."""
    wanted = scopes or (Scope.READ, Scope.POST, Scope.MODERATE)
    return application_passwords.make(principal_of(member), member, "program", wanted)[1]


class Program:
    """A program that asks for somebody."""

    def __init__(self, member: Member | None = None, *scopes: Scope) -> None:
        self.client = Client(raise_request_exception=True)
        self.headers: dict[str, str] = {}
        if member is not None:
            self.headers["Authorization"] = f"Bearer {secret_of(member, *scopes)}"

    def get(self, path: str, **headers: str) -> Any:
        """Return the answer to GET below /api/v1/."""
        return self.client.get(_full(path), headers=self.headers | _named(headers))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return the answer to a request with a JSON body."""
        return self.client.generic(
            method,
            _full(path),
            b"" if body is None else json.dumps(body),
            content_type="application/json",
            headers=self.headers | _named(headers),
        )

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Return the answer to POST."""
        return self.send("POST", path, body, **headers)


def guest() -> Program:
    """Return a guest's program."""
    return Program()


def of_somebody(*scopes: Scope) -> Program:
    """Return the program of a new member."""
    return Program(make_member(), *scopes)


def problem(answer: Any) -> tuple[int, str]:
    """Return the status and code of a problem, having looked at its shape."""
    assert answer["Content-Type"] == "application/problem+json", answer.content
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["type"].startswith("/api/#")
    assert told["title"]
    assert told["detail"]
    return answer.status_code, told["code"]


def _full(path: str) -> str:
    return path if path.startswith("/api/") else f"/api/v1/{path}"


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
