"""A member with everything that this site can keep about anybody, and a search for them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from rejoinder.boards.models import Board
from rejoinder.files import store
from rejoinder.members.accounts import staged_member
from rejoinder.members.ignoring import ignore
from rejoinder.members.models import ApplicationPassword, Group, Invite, Member, Membership
from rejoinder.moderation.models import Case, Deed, Notice, Report, Statement
from rejoinder.policy.principals import system
from rejoinder.posts.claim import claim
from rejoinder.posts.drafts import FoundAttachment, FoundPost
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.restore import restore
from rejoinder.posts.withdraw import withdraw
from rejoinder.text.names import look_key
from rejoinder.text.quoting import quote
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.web.accounts import prove, sign_in, signed_up

NAME = "Zebedee Quixworth"
ADDRESS = "zq@quixmail.example"
OLD_NAME = "Zeb. Quixworth"
OLD_ADDRESS = "zeb@oldquix.example"
# Names, key forms, handles and addresses; in any case.
MARKS = ["quixworth", "quixmail", "oldquix", "zebedee", look_key(NAME).lower(), look_key(OLD_NAME)]


def found(board: Board, number: int, name: str, address: str, **others: object) -> FoundPost:
    raw = f"From: {name} <{address}>\r\nSubject: Found\r\n\r\nWords.\r\n".encode()
    said = {"title": f"Found {number}", "source": "Words from the archive."} | others
    return FoundPost(
        board=board,
        message_id=f"{number}@archive.example",
        ancestors=(),
        author=staged_member(name, address),
        author_name=name,
        markup="plain",
        posted_at=timezone.now() - timedelta(days=900),
        original=raw,
        **said,  # type: ignore[arg-type]
    )


def somebody_with_everything() -> tuple[Member, Client, Board]:
    """Return a member who used all there is, their browser, and the board they wrote on."""
    board = make_board("Everything")
    file = FoundAttachment(store.keep(b"the file of a withdrawn post"), "a.txt", "text/plain", 28)
    archived = restore(
        system("tests"), found(board, 1, OLD_NAME, OLD_ADDRESS, attachments=(file,))
    ).post
    member = signed_up(NAME, ADDRESS, is_confirmed=True)
    EmailAddress.objects.create(user=member, email=OLD_ADDRESS, verified=True)
    assert claim(member, OLD_ADDRESS) == 1
    _use_the_site(member, board)
    _moderated(member, board)
    withdrawn = restore(
        system("tests"), found(board, 2, NAME, ADDRESS, attachments=(_one_more(b"gone"),))
    ).post
    withdraw(principal_of(member), withdrawn)
    assert archived.pk != withdrawn.pk
    return member, _browsed(member, board), board


def _use_the_site(member: Member, board: Board) -> None:
    mine = make_thread(board, "Mine", "My words.", member)
    make_response(mine, "Somebody's", quote("My words.", mine.public_id, markup="markdown") + "So?")
    edit(principal_of(member), mine, Change("Mine, edited", "Other words.", 0))
    other = make_member("Bystander")
    ignore(principal_of(member), other)
    ignore(principal_of(other), member)
    group = Group.unscoped.create(name="Gardeners")
    Membership.unscoped.create(group=group, member=member)


def _moderated(member: Member, board: Board) -> None:
    """Let a moderator act on the member, and the member on others."""
    moderator = make_member("Justice", is_administrator=True)
    deed = Deed.unscoped.create(kind="warn", by=moderator, role="moderator", subject=member)
    statement = Statement.unscoped.create(
        deed=deed,
        member=member,
        quoted=[{"title": NAME, "public_id": "x"}],
        appeal=f"Not so! {NAME}",
        appealed_at=timezone.now(),
    )
    Case.unscoped.create(kind="appeal", statement=statement)
    Notice.unscoped.create(member=member, statement=statement)
    reported = Case.unscoped.create(kind="reported", post=make_thread(board))
    Report.unscoped.create(case=reported, by=member, reason="spam", words="Buy this")
    ApplicationPassword.unscoped.create(
        member=member, name=f"{NAME}'s newsreader", secret_hash="0" * 64, generation=0
    )
    Invite.unscoped.create(
        token_hash="0" * 64,
        made_by=member,
        note=f"from {NAME}",
        uses_left=1,
        expires_at=timezone.now() + timedelta(days=1),
    )


def _one_more(content: bytes) -> FoundAttachment:
    return FoundAttachment(store.keep(content), "b.txt", "text/plain", len(content))


def _browsed(member: Member, board: Board) -> Client:
    """Sign in, out and in again; leave a draft in the session, and a failed attempt."""
    Client().post("/account/login/", {"login": ADDRESS, "password": "wrong"})
    client = Client(HTTP_USER_AGENT=f"{NAME}'s browser")
    assert sign_in(client, NAME)
    prove(client)
    client.get(f"/b/{board.handle_id}?as=flat")
    session = client.session
    session["drafts"] = {"x" * 20: {"title": "A draft", "text": f"by {NAME}"}}
    session.save()
    Authenticator.objects.create(
        user=member, type="webauthn", data={"name": f"{NAME}'s key", "credential": {}}
    )
    # Waits for the second step.
    assert not sign_in(Client(), ADDRESS)
    return client


def where_named(marks: list[str] = MARKS) -> list[str]:
    """Return the places in the whole database and file store where a mark still stands."""
    wanted = re.compile("|".join(re.escape(mark) for mark in marks), re.IGNORECASE)
    places = [place for place, text in _columns() if wanted.search(text)]
    for path in (Path(settings.DATA) / "files").rglob("*"):
        if path.is_file() and wanted.search(path.read_bytes().decode("latin-1")):
            places.append(str(path))
    return sorted(set(places))


def _columns() -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    yield f"{table}.{name}", _text(table, name, value)


def _text(table: str, name: str, value: object) -> str:
    if isinstance(value, bytes | memoryview):
        octets = bytes(value)
        return (zlib.decompress(octets) if name == "packed" else octets).decode("latin-1")
    if table == "django_session" and name == "session_data":
        from django.contrib.sessions.backends.db import SessionStore

        return str(SessionStore().decode(str(value)))
    return str(value)
