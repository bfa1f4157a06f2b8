"""The pages of rights, groups and members in Chromium: wide, narrow, dark, without script."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from tests.live import LiveSite, axe_violations

pytestmark = pytest.mark.browser

PHONE, DESKTOP = 390, 1280

FILLING = """
import json
from django.conf import settings
from django.test import Client
from rejoinder.members.groups import GroupChange, add_group, add_to_group
from rejoinder.policy.principals import system
from tests.web.test_hidden_and_missing import hide
from rejoinder.threads.models import State

operator = system("tests")
chief, author = make_member("Chief", is_administrator=True), make_member("Ada Author")
crew = add_group(operator, GroupChange("Crew", "Who sails."))
add_group(operator, GroupChange("Keepers-of-a-lighthouse-with-a-name-past-all-measure", ""))
for _number in range(3):
    add_to_group(operator, crew, make_member().name)
board = make_board("Harbour")
root = make_thread(board, "The ferry is late")
held = make_response(root, "Cheap pills here", "Buy now.", author)
make_response(held, "An answer to it")
hide(held, State.HELD)

def session(member):
    client = Client()
    client.force_login(member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value

print(json.dumps({
    "cookie": settings.SESSION_COOKIE_NAME, "chief": session(chief), "author": session(author),
    "rights": f"/administration/boards/{board.handle_id}/rights", "board": f"/b/{board.handle_id}",
    "groups": "/administration/groups", "group": f"/administration/groups/{crew.pk}",
    "members": "/administration/members", "found": "/administration/members?q=ada",
    "member": f"/administration/members/{author.handle_id}",
    "new board": "/administration/add-board", "new group": "/administration/add-group",
    "held": f"/p/{held.public_id}", "settings": "/account/",
}))
"""
CHIEFS = ["rights", "groups", "group", "members", "found", "member", "new board", "new group"]
AUTHORS = ["held", "settings"]


@pytest.fixture(scope="module")
def filled(live_site: LiveSite) -> dict[str, str]:
    return dict(json.loads(live_site.python(FILLING)))


def sign_in(browser: Any, site: LiveSite, filled: dict[str, str], who: str) -> None:
    browser.add_cookies([{"name": filled["cookie"], "value": filled[who], "url": site.url}])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize(("who", "names"), [("chief", CHIEFS), ("author", AUTHORS)])
def test_the_pages_fit_and_can_be_used_by_everyone(
    live_site: LiveSite, browser: Any, filled: dict[str, str], who, names, width: int, scheme: str
) -> None:
    sign_in(browser, live_site, filled, who)
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    for name in names:
        answer = page.goto(live_site.url + filled[name])
        assert answer.status == 200, name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert axe_violations(page) == [], name
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)


def test_a_board_is_made_private_without_script(
    live_site: LiveSite, chromium: Any, filled: dict[str, str]
) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=live_site.url)
    sign_in(context, live_site, filled, "chief")
    page = context.new_page()
    page.goto(filled["rights"])
    page.get_by_label("Private to groups").check()
    page.get_by_label("Crew", exact=True).check()
    page.get_by_role("button", name="Set it so").click()
    assert "will be hidden from guests" in page.inner_text("main")
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/ask.png", full_page=True)
    page.get_by_role("button", name="Change the rights").click()
    assert "Private to groups. Members of Crew read." in page.inner_text("main")
    guest = chromium.new_context()
    assert guest.new_page().goto(live_site.url + filled["board"]).status == 404
    guest.close()
    context.close()
