"""What feeds hold, for whom, and under which names."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from rejoinder.boards.models import LETTERS, Site
from rejoinder.members.application_passwords import make, revoke
from rejoinder.members.models import Member, Membership
from rejoinder.moderation.deeds import grafts
from rejoinder.policy.scopes import Scope
from rejoinder.posts.attached import attach
from rejoinder.posts.drafts import FoundAttachment
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import Post, PostText
from tests.factories import (
    make_board,
    make_group,
    make_held,
    make_member,
    make_private_board,
    make_response,
    make_thread,
    principal_of,
)
from tests.gateways.feeds.reading import NAMES, entry, got, link, parsed, titles

pytestmark = pytest.mark.django_db


def addresses_of(post: Post, suffix: str = "atom") -> list[str]:
    """Return every public feed that holds a thread's first post."""
    assert post.author is not None
    below = ["", f"b/{post.board.handle_id}/", f"t/{post.public_id}/", f"p/{post.public_id}/"]
    return [f"/{path}feed.{suffix}" for path in [*below, f"m/{post.author.handle_id}/"]]


def make_many(count: int, board: Any = None) -> list[Post]:
    """Return posts of a board, an hour after another, the oldest first."""
    board = board or make_board()
    author = make_member()
    root = make_thread(board, "Post 0", "Text.", author)
    posts = [root] + [make_response(root, f"Post {n}", "", author) for n in range(1, count)]
    began = datetime(2026, 1, 1, tzinfo=UTC)
    for number, post in enumerate(posts):
        Post.unscoped.filter(pk=post.pk).update(posted_at=began + timedelta(hours=number))
    return posts


def ends_at(posts: list[Post], *numbers: int) -> None:
    """Let archives end at these posts, and at no other."""
    for number, post in enumerate(posts):
        first = LETTERS[0] if number in numbers else LETTERS[1]
        Post.unscoped.filter(pk=post.pk).update(public_id=first + post.public_id[1:])


def test_every_feed_holds_to_the_grammar_and_names_its_page() -> None:
    root = make_thread(None, "A <title> & more", "Some *text*.")
    make_response(root, "Answer", "An answer.")
    for address in addresses_of(root):
        document = got(address)
        assert "A <title> & more" in titles(document)
        assert link(document, "self") == address
        page = link(document, "alternate")
        assert Client().get(page).status_code == 200
        assert Client().get(page).content.decode().count(f'href="{address}"') == 2


def test_an_entry_says_what_its_post_says() -> None:
    author = make_member("Ada Reader")
    root = make_thread(None, "Root", "Root.", author)
    answer = make_response(root, "Answer", "It is *so*, see [here](/rules).", author)
    edit(principal_of(author), answer, Change("Better answer", "It is **so**.", 0))
    said = entry(got("/feed.atom"), "Better answer")
    get = lambda path: said.findtext(path, None, NAMES)  # noqa: E731
    assert get("a:author/a:name") == "Ada Reader"
    assert get("a:author/a:uri") == f"http://testserver/m/{author.handle_id}"
    assert "<strong>so</strong>" in get("a:content")
    assert get("a:updated") >= get("a:published")
    assert said.find("a:category", NAMES).get("term") == root.board.handle_id


def test_updated_is_the_last_edit() -> None:
    post = make_thread()
    Post.unscoped.filter(pk=post.pk).update(
        posted_at=datetime(2026, 3, 1, tzinfo=UTC), edited_at=datetime(2026, 3, 2, tzinfo=UTC)
    )
    document = got("/feed.atom")
    assert document.findtext("a:updated", None, NAMES) == "2026-03-02T00:00:00Z"
    assert document.findtext("a:entry/a:published", None, NAMES) == "2026-03-01T00:00:00Z"


def test_answers_name_their_parent_as_rfc_4685_has_it() -> None:
    root = make_thread(None, "Root")
    make_response(root, "Answer")
    document = got(f"/t/{root.public_id}/feed.atom")
    top, answer = entry(document, "Root"), entry(document, "Answer")
    reply = answer.find("thr:in-reply-to", NAMES)
    assert reply.get("ref") == top.findtext("a:id", None, NAMES)
    assert reply.get("href") == f"http://testserver/p/{root.public_id}"
    related = answer.find("a:link[@rel='related']", NAMES)
    assert related.get("href") == reply.get("href")
    assert top.find("thr:in-reply-to", NAMES) is None
    replies = top.find("a:link[@rel='replies']", NAMES)
    assert replies.get(f"{{{NAMES['thr']}}}count") == "1"
    assert top.findtext("thr:total", None, NAMES) == "1"
    below = got(replies.get("href").removeprefix("http://testserver"))
    assert titles(below) == ["Answer", "Root"]


def test_links_and_pictures_lead_here_from_anywhere() -> None:
    root = make_thread(None, "Links", 'See [the rules](/rules), and `<a href="/rules">` as it is.')
    html = entry(got("/feed.atom"), "Links").findtext("a:content", None, NAMES)
    assert '<a href="http://testserver/rules"' in html
    assert "&lt;a href=" in html
    assert "testserver" not in html.split("<code>")[1]
    PostText.unscoped.filter(pk=root.pk).update(html='<p>a <a href="//evil.example/x">b</a></p>')
    html = entry(got("/feed.atom"), "Links").findtext("a:content", None, NAMES)
    assert 'href="//evil.example/x"' in html


def test_an_id_stays_when_the_site_moves_and_the_post_does(settings: Any) -> None:
    root = make_thread(None, "Root")
    answer = make_response(root, "Answer")

    def ids() -> set[str]:
        said = Client().get("/feed.atom").content
        return {e.text for e in parsed(said).iter(f"{{{NAMES['a']}}}id")}

    before = ids()
    settings.PUBLIC_URL = "https://elsewhere.example"
    settings.ALLOWED_HOSTS = ["*"]
    chief = principal_of(make_member(is_administrator=True))
    grafts.move(
        chief, Post.unscoped.select_related("board", "thread").get(pk=root.pk), make_board()
    )
    grafts.split(chief, Post.unscoped.select_related("board", "thread").get(pk=answer.pk))
    assert ids() == before
    assert all(Site.objects.get().label in name for name in before)
    assert not any("testserver" in name for name in before)


def test_what_is_withdrawn_held_or_elsewhere_is_in_no_feed() -> None:
    author = make_member()
    root = make_thread(None, "Root", "", author)
    answer = make_response(root, "Taken back", "Secret words.", author)
    make_response(answer, "Below")
    make_held(root, "Held back", "Secret words.", author)
    secret = make_private_board(make_group("Club", author))
    make_thread(secret, "Private", "Secret words.", author)
    withdraw(principal_of(author), answer)
    for address in [*addresses_of(root), *addresses_of(root, "json")]:
        said = Client().get(address).content.decode()
        assert "Root" in said
        for words in ("Taken back", "Held back", "Private", "Secret words"):
            assert words not in said, address
    # Its place stays, and answers name it.
    below = entry(got(f"/t/{root.public_id}/feed.atom"), "Below")
    assert below.find("thr:in-reply-to", NAMES).get("ref").endswith(answer.public_id)


def test_a_feed_that_guests_dont_read_isnt_there_for_members_either() -> None:
    """Also with a session: else a page of another site could try which boards somebody reads."""
    author = make_member()
    board = make_private_board(make_group("Club", author))
    root = make_thread(board, "Private", "", author)
    client = Client()
    client.force_login(author)
    assert client.get(f"/p/{root.public_id}").status_code == 200
    for address in addresses_of(root)[1:4]:
        assert client.get(address).status_code == Client().get(address).status_code == 404
    assert "Private" not in client.get("/feed.atom").content.decode()
    page = client.get(f"/b/{board.handle_id}").content.decode()
    assert f"/account/feeds?of=%2Fb%2F{board.handle_id}%2Ffeed.atom" in page
    assert "application/atom+xml" not in page


def test_paging_leads_through_everything_once() -> None:
    posts = make_many(130)
    address, seen = f"/b/{posts[0].board.handle_id}/feed.atom", []
    ends_at(posts, 100)
    while address:
        document = got(address)
        seen += titles(document)
        address = link(document, "next")
    assert seen == [f"Post {number}" for number in reversed(range(130))]


def test_archives_lead_back_through_everything_and_forward_again() -> None:
    """RFC 5005 section 4: with the first document they hold all there is."""
    posts = make_many(200)
    ends_at(posts, 170, 90, 40, 20)
    start = f"/b/{posts[0].board.handle_id}/feed.atom"
    document = got(start)
    assert titles(document)[-1] == "Post 150"
    seen, visited = set(titles(document)), []
    while address := link(document, "prev-archive"):
        visited.append(address)
        document = got(address)
        assert document.find("fh:archive", NAMES) is not None
        assert link(document, "current") == start
        seen |= set(titles(document))
    assert len(seen) == 200
    assert len(visited) == 4
    forward = []
    while address := link(document, "next-archive"):
        forward.append(address)
        document = got(address)
    assert forward == visited[-2::-1]


def test_an_archive_without_an_end_nearby_is_cut_and_nothing_is_lost() -> None:
    posts = make_many(200)
    ends_at(posts, 190)
    document = got(f"/b/{posts[0].board.handle_id}/feed.atom")
    seen = set(titles(document))
    while address := link(document, "prev-archive"):
        document = got(address)
        assert len(titles(document)) <= 120
        seen |= set(titles(document))
    assert len(seen) == 200


def test_an_archive_stays_as_it_is_when_more_is_posted() -> None:
    posts = make_many(150)
    ends_at(posts, 120, 60, 30)
    address = link(got(f"/b/{posts[0].board.handle_id}/feed.atom"), "prev-archive")
    before = Client().get(link(got(address), "prev-archive")).content
    root = Post.unscoped.select_related("board", "thread").get(pk=posts[0].pk)
    for _each in range(30):
        make_response(root, "Later")
    assert Client().get(link(got(address), "prev-archive")).content == before


def test_a_feed_that_has_all_says_so_and_another_doesnt() -> None:
    posts = make_many(60)
    ends_at(posts, 30)
    answer = Post.unscoped.get(pk=posts[1].pk)
    assert got(f"/p/{answer.public_id}/feed.atom").find("fh:complete", NAMES) is not None
    assert got(f"/b/{posts[0].board.handle_id}/feed.atom").find("fh:complete", NAMES) is None


def test_a_page_from_a_post_that_isnt_there_is_missing() -> None:
    make_thread()
    for query in ("after=zzzzzzzzzzzz", "archive=zzzzzzzzzzzz", "before=x"):
        assert Client().get(f"/feed.atom?{query}").status_code == 404


def test_only_a_thread_s_root_names_its_feed() -> None:
    answer = make_response(make_thread(), "Answer")
    assert Client().get(f"/t/{answer.public_id}/feed.atom").status_code == 404


def test_json_feeds_hold_the_same() -> None:
    author = make_member("Ada Reader")
    root = make_thread(None, "Root", "Some *text*.", author)
    make_response(root, "n/t alone", "")
    answer = Client().get(f"/t/{root.public_id}/feed.json")
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    said = json.loads(answer.content)
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert said["feed_url"] == f"http://testserver/t/{root.public_id}/feed.json"
    assert said["home_page_url"] == f"http://testserver/t/{root.public_id}"
    last, first = said["items"]
    atom = got(f"/t/{root.public_id}/feed.atom")
    assert first["id"] == entry(atom, "Root").findtext("a:id", None, NAMES)
    assert first["content_html"] == "<p>Some <em>text</em>.</p>\n"
    assert first["authors"] == [
        {"name": "Ada Reader", "url": f"http://testserver/m/{author.handle_id}"}
    ]
    assert last["content_text"] == ""
    assert last["_rejoinder"]["in_reply_to"] == first["id"]


def test_attached_files_are_enclosures() -> None:
    root = make_thread(None, "With a file")
    attach(root, [FoundAttachment("0" * 64, "a b.pdf", "application/pdf", 1234)])
    found = entry(got("/feed.atom"), "With a file").find("a:link[@rel='enclosure']", NAMES)
    assert found.get("href").endswith("/a%20b.pdf")
    assert (found.get("type"), found.get("length")) == ("application/pdf", "1234")
    (item,) = json.loads(Client().get("/feed.json").content)["items"]
    assert item["attachments"][0]["size_in_bytes"] == 1234


def test_what_no_xml_holds_breaks_no_feed() -> None:
    root = make_thread(None, "Odd", "Text.")
    Post.unscoped.filter(pk=root.pk).update(title="Odd \x01\x0b ]]> \uffff &amp; ends")
    assert titles(got("/feed.atom")) == ["Odd  ]]>  &amp; ends"]


def test_an_empty_feed_is_one() -> None:
    board = make_board("Empty", "Nothing *yet*.")
    document = got(f"/b/{board.handle_id}/feed.atom")
    assert titles(document) == []
    assert document.findtext("a:subtitle", None, NAMES) == "Nothing yet."
    assert got("/feed.atom").findtext("a:updated", None, NAMES)


def test_feedparser_reads_what_we_mean() -> None:
    root = make_thread(None, "Größe & “Maß”", "Ein *Text*.")
    make_response(root, "Antwort", "Ja.")
    said = feedparser.parse(Client().get(f"/t/{root.public_id}/feed.atom").content)
    assert not said.bozo, said.get("bozo_exception")
    assert [each.title for each in said.entries] == ["Antwort", "Größe & “Maß”"]
    assert said.entries[0].thr_total == "0"
    assert said.entries[1].content[0].value == "<p>Ein <em>Text</em>.</p>"


def test_a_feed_asks_the_database_as_often_for_many_posts_as_for_few(
    django_assert_max_num_queries: Any,
) -> None:
    posts = make_many(60)
    Client().get("/feed.atom")
    for address in addresses_of(posts[0]):
        with django_assert_max_num_queries(14):
            Client().get(address)


# ----- by token -----


def token_of(member: Member, *scopes: Scope) -> tuple[Any, str]:
    return make(principal_of(member), member, "reader", scopes or [Scope.FEEDS])


def test_a_token_opens_what_its_member_reads_and_nothing_else() -> None:
    author, group = make_member(), make_group("Club")
    Membership.unscoped.create(group=group, member=author)
    board, other = make_private_board(group), make_private_board(make_group("Others"))
    root = make_thread(board, "Private", "Secret.", author)
    _made, secret = token_of(author)
    for address in addresses_of(root):
        answer = Client().get(f"/feeds/private/{secret}{address}")
        assert titles(parsed(answer.content)) == ["Private"]
        assert answer["Cache-Control"] == "private, no-store"
        assert "hub" not in answer.get("Link", "")
    assert Client().get(f"/feeds/private/{secret}/b/{other.handle_id}/feed.atom").status_code == 404
    links = parsed(Client().get(f"/feeds/private/{secret}/feed.atom").content)
    assert secret in link(links, "self")
    assert secret in links.find("a:entry/a:link[@rel='replies']", NAMES).get("href")


def test_rights_are_asked_each_time() -> None:
    author = make_member()
    group = make_group("Club", author)
    root = make_thread(make_private_board(group), "Private", "", author)
    _made, secret = token_of(author)
    address = f"/feeds/private/{secret}/b/{root.board.handle_id}/feed.atom"
    assert Client().get(address).status_code == 200
    Membership.unscoped.filter(group=group).delete()
    assert Client().get(address).status_code == 404


def test_a_token_ends_at_once_when_it_is_revoked_or_its_member_suspended() -> None:
    member = make_member()
    make_thread()
    made, secret = token_of(member)
    address = f"/feeds/private/{secret}/feed.atom"
    assert Client().get(address).status_code == 200
    Member.objects.filter(pk=member.pk).update(suspended_until=timezone.now() + timedelta(days=1))
    assert Client().get(address).status_code == 404
    Member.objects.filter(pk=member.pk).update(suspended_until=None)
    assert Client().get(address).status_code == 200
    revoke(principal_of(member), member, made.pk)
    assert Client().get(address).status_code == 404


def test_a_password_for_something_else_opens_no_feed() -> None:
    """Addresses get into logs and other hands: what may write isn't to be put into one."""
    member = make_member()
    make_thread()
    _made, secret = token_of(member, Scope.READ, Scope.POST)
    assert Client().get(f"/feeds/private/{secret}/feed.atom").status_code == 404


def test_a_tokens_feed_is_sent_once() -> None:
    member = make_member()
    make_thread()
    _made, secret = token_of(member)
    address = f"/feeds/private/{secret}/feed.atom"
    tag = Client().get(address)["ETag"]
    again = Client().get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert "no-store" in again["Cache-Control"]


def test_no_feed_by_token_leads_to_another_page() -> None:
    member = make_member()
    _made, secret = token_of(member)
    for path in ("account/", "feeds/private/x/feed.atom", "rules", "b/x/feed.atom/", ""):
        assert Client().get(f"/feeds/private/{secret}/{path}").status_code == 404


def test_a_list_of_boards_has_those_that_are_read() -> None:
    author = make_member()
    public = make_board("Public & <open>")
    secret = make_private_board(make_group("Club", author), "Secret")
    _made, token = token_of(author)

    def listed(address: str) -> list[tuple[str, str]]:
        answer = Client().get(address)
        assert answer["Content-Type"] == "text/x-opml; charset=utf-8"
        outlines = etree.fromstring(answer.content).findall("body/outline")
        return [(each.get("text"), each.get("xmlUrl")) for each in outlines]

    path = f"/b/{public.handle_id}/feed.atom"
    assert listed("/feeds/boards.opml") == [("Public & <open>", f"http://testserver{path}")]
    before = f"http://testserver/feeds/private/{token}"
    assert listed(f"/feeds/private/{token}/feeds/boards.opml") == [
        ("Public & <open>", before + path),
        ("Secret", f"{before}/b/{secret.handle_id}/feed.atom"),
    ]
