"""Counts read as English, and a post leads to its branch."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import make_response, make_thread

pytestmark = pytest.mark.django_db


def test_one_thread_and_one_post_are_not_plural(client: Client) -> None:
    root = make_thread()
    for address in ("/", f"/b/{root.board.handle_id}"):
        assert "1 thread, 1 post<" in client.get(address).content.decode().replace("\n", "")


def test_a_post_that_was_answered_leads_to_its_branch(client: Client) -> None:
    root = make_thread()
    branch = f'href="/p/{root.public_id}/branch"'
    assert branch not in client.get(f"/p/{root.public_id}").content.decode()
    make_response(root)
    assert branch in client.get(f"/p/{root.public_id}").content.decode()
