"""An open page that learns of new responses, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.live import LiveSite, axe_violations

pytestmark = pytest.mark.browser

MAKE = """
def words(chapter):
    return " ".join(f"Chapter{chapter}, word{number}." for number in range(100))
root = make_thread(make_board("News"), "A long story", words(0))
for number in range(1, 20):
    make_response(root, f"Chapter {number}", words(number))
print(root.public_id)
"""
ADD = """
from rejoinder.threads.models import Post
root = Post.unscoped.select_related("thread", "board", "author").get(public_id="{root}")
print(make_response(root, "The latest", "More.", root.author).public_id)
"""


@pytest.fixture(scope="module")
def root(live_site: LiveSite) -> str:
    return live_site.python(MAKE).splitlines()[-1]


@pytest.fixture
def page(live_site: LiveSite, chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.clock.install()
    yield page
    context.close()


def test_it_says_how_much_is_new_and_moves_nothing(
    live_site: LiveSite, root: str, page: Any
) -> None:
    page.goto(f"{live_site.url}/t/{root}?as=flat")
    page.evaluate("scrollTo(0, 3000)")
    shown = page.locator("article").nth(5)
    before = shown.bounding_box()
    latest = live_site.python(ADD.format(root=root)).splitlines()[-1]
    with page.expect_response(lambda answer: "/news" in answer.url):
        page.clock.run_for(60_000)
    link = page.locator(".news a")
    link.wait_for()
    assert link.inner_text() == "1 new response"
    assert shown.bounding_box() == before
    assert page.title().startswith("(1 new response) ")
    assert axe_violations(page) == []
    link.click()
    page.wait_for_url(f"**/t/{root}?at={latest}*")
    assert page.locator(f"#p-{latest}").is_visible()


def test_a_page_that_nobody_looks_at_asks_nothing(
    live_site: LiveSite, root: str, page: Any
) -> None:
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/news" in request.url else None
    )
    page.goto(f"{live_site.url}/t/{root}")
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: true, configurable: true });
          dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    page.clock.run_for(3_600_000)
    assert asked == []
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: false, configurable: true });
          dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    with page.expect_response(lambda answer: "/news" in answer.url):
        page.clock.run_for(30_000)
    assert asked


def test_without_script_there_is_nothing_of_it(
    live_site: LiveSite, root: str, chromium: Any
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_site.url}/t/{root}")
    assert page.locator(".news").count() == 0
    context.close()
