"""What becomes read as it has been on screen, in Chromium; and the button where nothing runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.factories import PASSWORD
from tests.live import LiveSite, axe_violations, wait_until

pytestmark = pytest.mark.browser

FILLING = """
import json
from tests.web.accounts import signed_up
reader = signed_up("Reader")
author = make_member("Ada Author")
board = make_board("Harbour", "Ships and tides.")
lines = [f"{n}. Ship number {n} came in with the tide, and left with it." for n in range(120)]
root = make_thread(board, "The ferry is late", "\\n\\n".join(lines[:40]), author)
far = make_response(root, "It has left by now", "\\n\\n".join(lines[60:]), author)
short = make_response(far, "Seen from the quay", "", author)
other = make_response(root, "Why it was late", "Fog.", author)
print(json.dumps([post.public_id for post in (root, far, short, other)]))
"""
LEFT = """
from rejoinder.reading.marks import marks_of
from rejoinder.members.models import Member
from rejoinder.threads.models import Post
marks = marks_of(Member.objects.get(name="Reader").pk)
print(sorted(p.public_id for p in Post.unscoped.all() if marks.is_new(p.pk)))
"""
AGAIN = """
from rejoinder.reading import keep
from rejoinder.members.models import Member
from rejoinder.threads.models import Post
keep.unread(Member.objects.get(name="Reader").pk, Post.unscoped.values_list("pk", flat=True))
"""


@pytest.fixture(scope="module")
def names(live_site: LiveSite) -> list[str]:
    found: list[str] = json.loads(live_site.python(FILLING).splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def signed_in(live_site: LiveSite, names: list[str], chromium: Any) -> Any:
    """What a browser keeps of the reader's having signed in."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{live_site.url}/account/login/")
    page.get_by_label("Name").fill("Reader")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").first.click()
    page.get_by_role("link", name="Reader").wait_for()
    kept = context.storage_state()
    context.close()
    return kept


def new_to_reader(site: LiveSite) -> set[str]:
    return set(json.loads(site.python(LEFT).splitlines()[-1].replace("'", '"')))


def sent(page: Any) -> Any:
    """Wait for the script's next request, and return its answer."""
    return page.expect_response(lambda answer: answer.url.endswith("/account/read"))


@pytest.fixture
def page(live_site: LiveSite, signed_in: Any, chromium: Any) -> Any:
    live_site.python(AGAIN)
    context = chromium.new_context(
        storage_state=signed_in, viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    yield context.new_page()
    context.close()


def test_a_post_that_was_on_screen_for_a_moment_is_read_and_one_below_is_not(
    live_site: LiveSite, names: list[str], page: Any
) -> None:
    root, far, short, other = names
    with sent(page) as answer:
        page.goto(f"{live_site.url}/t/{root}?as=flat")
    assert answer.value.status == 204
    assert new_to_reader(live_site) == {far, short, other}
    with sent(page):
        page.locator(f"#p-{far}").scroll_into_view_if_needed()
        page.evaluate("scrollBy(0, 700)")
    assert new_to_reader(live_site) == {short, other}
    assert axe_violations(page) == []


def test_leaving_the_page_sends_what_was_read(
    live_site: LiveSite, names: list[str], page: Any
) -> None:
    page.goto(f"{live_site.url}/t/{names[0]}?as=flat")
    left = page.locator("form.mark-read [name=posts]")
    wait_until(lambda: names[0] not in left.input_value(), live_site)
    page.goto(f"{live_site.url}/rules")
    wait_until(lambda: new_to_reader(live_site) == set(names[1:]), live_site)


def test_opening_a_posts_own_page_is_enough_where_script_runs(
    live_site: LiveSite, names: list[str], page: Any
) -> None:
    with sent(page):
        page.goto(f"{live_site.url}/p/{names[3]}")
    assert new_to_reader(live_site) == set(names[:3])
    # Nothing is left for the button to mark.
    page.locator("form.mark-read").wait_for(state="detached")
    assert page.locator("h1 .new").count() == 1


def test_titles_in_an_outline_are_read_only_where_there_is_no_more_to_read(
    live_site: LiveSite, names: list[str], page: Any
) -> None:
    root, far, _short, other = names
    with sent(page):
        page.goto(f"{live_site.url}/t/{root}")
    assert new_to_reader(live_site) == {root, far, other}
    assert axe_violations(page) == []


def test_without_script_the_button_marks_what_the_page_lists(
    live_site: LiveSite, names: list[str], signed_in: Any, chromium: Any
) -> None:
    live_site.python(AGAIN)
    context = chromium.new_context(storage_state=signed_in, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_site.url}/t/{names[0]}")
    assert page.locator(".new").count() == len(names)
    assert new_to_reader(live_site) == set(names)
    page.get_by_role("button", name="Mark these as read").click()
    assert page.get_by_text("Marked as read.").is_visible()
    assert page.locator(".new").count() == 0
    assert new_to_reader(live_site) == set()
    context.close()
