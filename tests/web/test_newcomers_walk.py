"""A newcomer's walk: administrator by the link, a board, a second member, an article, an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.live import LiveSite, axe_violations

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery staple"
HEADLINE = "Harbour council keeps the old lighthouse lit for another year."
# As it comes from a page: a line for each paragraph, none of them empty.
ARTICLE = "\n".join(
    [
        "The harbour council voted on Tuesday to keep the old lighthouse lit for another year, "
        "against the advice of its own treasurer.",
        "The lamp has burned since 1871, and nobody on the council could say who would put it out.",
        "“We would rather pay for oil than for a rescue,” the mayor said — and sat down, to "
        "applause from the benches where the fishermen sat.",
        "Those who voted against it asked who would climb the 212 stairs. The keeper is 71.",
        "— Ines Okafor",
    ]
)
ANSWER = "The keeper says he’ll climb them himself."


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def pages(request: Any, chromium: Any) -> Iterator[Callable[[], Any]]:
    """Open pages in fresh profiles, with script or without."""
    contexts: list[Any] = []

    def open_page() -> Any:
        context = chromium.new_context(java_script_enabled=request.param, locale="en-GB")
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.has_script = request.param
        return page

    yield open_page
    for context in contexts:
        context.close()


def look(page: Any) -> None:
    """Find nothing wrong with the page, as far as axe can tell."""
    if page.has_script:
        assert axe_violations(page) == []
    assert page.locator("h1").count() == 1


def become_administrator(page: Any, site: LiveSite) -> None:
    page.goto(site.first_link)
    look(page)
    page.get_by_label("Name").fill("Ines Okafor")
    page.get_by_label("Mail address").fill("ines@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Become the administrator").click()
    page.get_by_role("heading", name="What to do next").wait_for()
    look(page)


def sign_up(page: Any, site: LiveSite, name: str) -> None:
    page.goto(site.url + "/account/signup/")
    page.locator("main input[name=username]").fill(name)
    page.locator("main input[name=email]").fill("crash@example.org")
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main form button").first.click()
    page.get_by_role("button", name="Sign out").wait_for()


def test_a_newcomer_sets_up_a_board_and_two_members_discuss_an_article(
    start_site: Callable[..., LiveSite], pages: Callable[[], Any]
) -> None:
    site = start_site()
    ines = pages()
    become_administrator(ines, site)

    ines.get_by_role("link", name="Add a board").click()
    look(ines)
    ines.get_by_label("Name").fill("Harbour news")
    ines.get_by_label("Description").fill("What happens at the harbour.")
    ines.get_by_role("button", name="Add the board").click()
    look(ines)
    ines.get_by_role("link", name="Harbour news", exact=True).click()

    ines.goto(site.url + "/b/harbour-news/start")
    look(ines)
    ines.get_by_label("Title").fill(HEADLINE)
    ines.get_by_label("Text", exact=True).fill(ARTICLE)
    ines.get_by_role("button", name="Preview").click()
    ines.get_by_role("heading", name="Preview").wait_for()
    look(ines)
    ines.get_by_role("button", name="Post", exact=True).click()
    ines.wait_for_url(re.compile("/p/"))
    article = ines.url
    assert ines.locator("h1").inner_text() == HEADLINE
    assert ines.locator("article .text p").count() == 5
    assert ines.locator("article .byline").inner_text() == "— Ines Okafor"

    crash = pages()
    sign_up(crash, site, "crash davis")
    crash.goto(article)
    crash.get_by_role("link", name="Respond", exact=True).click()
    look(crash)
    assert crash.get_by_label("Title").input_value() == ""
    crash.get_by_label("Title").fill(ANSWER)
    crash.get_by_label("Text", exact=True).fill("He told me so this morning.")
    crash.get_by_role("button", name="Post", exact=True).click()
    crash.wait_for_url(lambda url: "/p/" in url and not url.endswith("/respond"))

    assert_reads_as_designed(crash)
    look(crash)
    crash.goto(article)
    assert ANSWER in crash.locator(".responses").inner_text()
    assert "crash davis" in crash.locator(".responses").inner_text()


def assert_reads_as_designed(page: Any) -> None:
    """In response to "…" by …; its own title; the body; Responses: – in that order."""
    said = page.locator("main").inner_text()
    order = [
        "In response to",
        HEADLINE,
        "by Ines Okafor",
        ANSWER,
        "He told me so this morning.",
        "Responses:",
    ]
    places = [said.replace("\n", " ").find(part) for part in order]
    assert -1 not in places, said
    assert places == sorted(places), said
    assert page.locator("article .parent a").count() == 2


def test_unsent_words_are_asked_about_before_the_page_is_left(
    start_site: Callable[..., LiveSite], browser: Any
) -> None:
    site = start_site()
    page = browser.new_page()
    page.has_script = True
    become_administrator(page, site)
    page.goto(site.url + "/b/talk/start")
    asked: list[str] = []

    def answer(dialog: Any, asked: list[str] = asked) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(site.url + "/")
    assert asked == []
    page.goto(site.url + "/b/talk/start")
    page.get_by_label("Title").press_sequentially("Half a thought")
    page.goto(site.url + "/")
    assert asked == ["beforeunload"]
    page.goto(site.url + "/b/talk/start")
    page.get_by_label("Title").press_sequentially("A whole thought")
    page.get_by_role("button", name="Post", exact=True).dblclick()
    page.wait_for_url(re.compile("/p/"))
    assert asked == ["beforeunload"]
    page.goto(site.url + "/b/talk")
    assert page.get_by_role("link", name="A whole thought").count() == 1


def test_a_wrong_form_has_the_focus_on_what_is_wrong(
    start_site: Callable[..., LiveSite], browser: Any
) -> None:
    site = start_site()
    page = browser.new_page()
    page.has_script = True
    become_administrator(page, site)
    page.goto(site.url + "/b/talk/start")
    page.get_by_label("Title").fill("x" * 201)
    page.get_by_label("Text", exact=True).fill("Kept.")
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.get_by_label("Text", exact=True).input_value() == "Kept."
    look(page)
    page.get_by_role("alert").get_by_role("link", name="Title").click()
    assert page.evaluate("document.activeElement.name") == "title"
