"""The pages by which a member takes everything along, or deletes the account."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from rejoinder.members.models import Member
from rejoinder.threads.models import Post, State
from tests.factories import make_member, make_thread
from tests.live import ROOT
from tests.members.everything import NAME, OLD_ADDRESS, somebody_with_everything
from tests.web.accounts import prove, sign_in, signed_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Member:
    return signed_up("Ann", "ann@example.org", is_confirmed=True)


@pytest.fixture
def browser(ann: Member) -> Client:
    client = Client()
    assert sign_in(client, "Ann")
    prove(client)
    return client


def read(client: Client) -> zipfile.ZipFile:
    answer = client.post("/account/export")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/account/export", "/account/delete"])
def test_both_ask_first_whether_it_is_you(address: str, ann: Member) -> None:
    guest = Client()
    assert guest.get(address)["Location"].startswith("/account/login/")
    late = Client()
    late.force_login(ann)
    assert late.get(address)["Location"].startswith("/account/reauthenticate/")
    assert late.post(address, {"posts": "keep", "confirmation": "Ann"}).status_code == 302
    assert Member.objects.get(pk=ann.pk).erased_at is None


@pytest.mark.parametrize("address", ["/account/export", "/account/delete"])
def test_neither_page_is_kept_by_a_cache(address: str, browser: Client) -> None:
    assert "no-store" in browser.get(address)["Cache-Control"]


def test_the_export_is_never_cached_and_is_a_download(browser: Client) -> None:
    answer = browser.post("/account/export")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Type"] == "application/zip"
    answer.close()


def test_the_export_holds_all_that_is_theirs() -> None:
    _member, client, board = somebody_with_everything()
    with read(client) as archive:
        account = json.loads(archive.read("account.json"))
        posts = json.loads(archive.read("posts.json"))
        names = archive.namelist()
    assert account["account"]["name"] == NAME
    assert {each["address"] for each in account["addresses"]} >= {OLD_ADDRESS}
    assert account["groups"][0]["name"] == "Gardeners"
    assert account["drafts"] == [{"title": "A draft", "source": f"by {NAME}"}]
    assert account["sign_in_methods"]["authenticators"][0]["name"] == f"{NAME}'s key"
    assert account["ignored"][0]["name"] == "Bystander"
    assert account["statements"][0]["appeal"] == f"Not so! {NAME}"
    assert account["reports"][0]["words"] == "Buy this"
    assert account["application_passwords"][0]["name"] == f"{NAME}'s newsreader"
    assert account["invites"][0]["note"] == f"from {NAME}"
    mine = next(post for post in posts if post["title"] == "Mine, edited")
    assert mine["source"] == "Other words."
    assert mine["earlier_versions"][0]["source"] == "My words."
    assert mine["board"] == board.handle_id
    assert {post["state"] for post in posts} == {"visible", "withdrawn"}
    assert len([name for name in names if name.startswith("attachments/")]) == 2
    assert len([name for name in names if name.startswith("originals/")]) == 2
    assert "README.txt" in names


def test_the_export_holds_no_secret() -> None:
    member, client, _board = somebody_with_everything()
    with read(client) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert member.password.encode() not in whole
    assert b"credential" not in whole
    assert client.session.session_key.encode() not in whole
    assert b"0" * 64 not in whole


def test_the_export_of_a_member_without_anything_is_whole_too(browser: Client) -> None:
    with read(browser) as archive:
        assert json.loads(archive.read("posts.json")) == []
        assert archive.testzip() is None


def test_a_file_with_a_hostile_name_stays_in_its_folder(ann: Member, browser: Client) -> None:
    from rejoinder.files import store
    from rejoinder.posts.models import Attachment

    post = make_thread(author=ann)
    digest = store.keep(b"x")
    for position, name in enumerate(["../../etc/passwd", "/abs", "..", "a\nb\\c:d", "é" * 200]):
        Attachment.unscoped.create(
            post=post, position=position, digest=digest, file_name=name, octets=1
        )
    with read(browser) as archive:
        files = [Path(name) for name in archive.namelist() if name.startswith("attachments/")]
    assert len(files) == 5
    assert all(len(file.parts) == 3 and ".." not in file.parts for file in files)


def test_every_field_of_the_export_is_documented() -> None:
    _member, client, _board = somebody_with_everything()
    with read(client) as archive:
        account = json.loads(archive.read("account.json"))
        posts = json.loads(archive.read("posts.json"))
    text = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    fields = _fields(account) | _fields(posts)
    assert {field for field in fields if f"`{field}`" not in text} == set()


def _fields(thing: object) -> set[str]:
    """Return the names of all fields within JSON."""
    names: set[str] = set()
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            names |= set(part)
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return names


def test_an_export_leaves_no_file_behind(browser: Client) -> None:
    before = sorted(Path(settings.DATA).iterdir())
    with read(browser):
        pass
    assert sorted(Path(settings.DATA).iterdir()) == before


def test_the_page_says_what_goes_and_that_a_typed_name_stays(browser: Client) -> None:
    page = browser.get("/account/delete").content.decode()
    assert "Your mail addresses are erased." in page
    assert "Your name where somebody typed it" in page
    assert "Export what is yours first" in page
    assert 'value="keep"' in page
    assert 'value="withdraw"' in page


@pytest.mark.parametrize("form", [{}, {"posts": "keep"}, {"posts": "keep", "confirmation": "Bob"}])
def test_nothing_is_deleted_before_the_name_is_typed(
    form: dict[str, str], ann: Member, browser: Client
) -> None:
    assert browser.post("/account/delete", form).status_code == 400
    assert Member.objects.get(pk=ann.pk).name == "Ann"


@pytest.mark.parametrize(("choice", "state"), [("keep", "v"), ("withdraw", "w")])
def test_the_account_goes_and_the_posts_as_chosen(
    choice: str, state: str, ann: Member, browser: Client
) -> None:
    post = make_thread(title="Hers", source="Words.", author=ann)
    answer = browser.post("/account/delete", {"posts": choice, "confirmation": " ann "})
    assert answer["Location"] == "/"
    assert "Your account is deleted" in browser.get("/").content.decode()
    assert browser.get("/account/").status_code == 302
    assert Member.objects.get(pk=ann.pk).name == ""
    assert State(Post.unscoped.get(pk=post.pk).state) == state


def test_the_last_administrator_is_told_why_not(ann: Member, browser: Client) -> None:
    Member.objects.filter(pk=ann.pk).update(is_administrator=True)
    for answer in (browser.get("/account/delete"), browser.post("/account/delete", {})):
        assert answer.status_code == 403
        assert "only administrator" in answer.content.decode()
    make_member("Deputy", is_administrator=True)
    assert browser.get("/account/delete").status_code == 200


def test_the_settings_lead_to_all_three(browser: Client) -> None:
    page = browser.get("/account/").content.decode()
    for address in ("/account/export", "/account/delete", "/account/ignored"):
        assert f'href="{address}"' in page
