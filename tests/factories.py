"""Plain factories: they make things by the same deeds as the doors do.

`make_thread()` alone makes its board and its author; name only what the test is about.
"""

from __future__ import annotations

from itertools import count

from django.utils import timezone

from rejoinder.boards.administer import add_board
from rejoinder.boards.grants import private_to
from rejoinder.boards.models import Board
from rejoinder.members.accounts import add_member
from rejoinder.members.models import Group, Member, Membership
from rejoinder.members.principals import principal_for
from rejoinder.policy.principals import Principal, Standing, system
from rejoinder.posts import keep
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft
from rejoinder.threads import tallies, tree
from rejoinder.threads.models import Post, PostText, State

PASSWORD = "correct horse battery"
_numbers = count(1)
# None that looks like another, alone or in pairs (i and l, rn and m, vv and w).
LETTERS = "abcdefghkpqstuxyz"


def make_member(
    name: str = "",
    *,
    email: str = "",
    password: str | None = None,
    is_administrator: bool = False,
    standing: Standing = Standing.MEMBER,
) -> Member:
    """Return a new member; with `password=PASSWORD` one who can sign in (slow: Argon2)."""
    number = next(_numbers)
    member = add_member(
        name or f"Member {_word(number)}",
        email=email or f"member{number}@example.org",
        password=password,
    )
    member.is_administrator = is_administrator
    # New members' first posts lie on the desk: tests about that say `standing=Standing.NEW`.
    member.standing = standing
    member.save(update_fields=["is_administrator", "standing"])
    return member


def make_board(name: str = "", description: str = "") -> Board:
    """Return a new board."""
    return add_board(system("tests"), name or f"Board {next(_numbers)}", description)


def make_group(name: str = "", *members: Member, moderates_everywhere: bool = False) -> Group:
    """Return a new group of these members."""
    group = Group.unscoped.create(
        name=name or f"Group {next(_numbers)}", moderates_everywhere=moderates_everywhere
    )
    Membership.unscoped.bulk_create(Membership(group=group, member=member) for member in members)
    return group


def make_private_board(group: Group, name: str = "") -> Board:
    """Return a new board that one group alone reads and writes to."""
    rights = private_to(frozenset({group.pk}))
    return add_board(system("tests"), name or f"Private {next(_numbers)}", rights=rights)


def make_thread(
    board: Board | None = None,
    title: str = "",
    source: str = "",
    author: Member | None = None,
) -> Post:
    """Return the first post of a new thread."""
    author = author or make_member()
    draft = Draft(
        title=title or f"Thread {next(_numbers)}", source=source, board=board or make_board()
    )
    return add(principal_of(author), draft)


def make_response(
    parent: Post, title: str = "", source: str = "", author: Member | None = None
) -> Post:
    """Return a new response to a post."""
    author = author or make_member()
    draft = Draft(title=title or f"Response {next(_numbers)}", source=source, parent=parent)
    return add(principal_of(author), draft)


def make_held(
    parent: Post, title: str = "", source: str = "", author: Member | None = None
) -> Post:
    """Return a new response that is held, and was never shown."""
    _threads, (parent,) = tree.locked_with(parent.pk)
    post = keep.new_post(
        thread=parent.thread,
        parent=parent,
        posted_at=timezone.now(),
        author=author or make_member(),
        state=State.HELD,
    )
    said = keep.words(title or f"Held {next(_numbers)}", source, "markdown")
    keep.put_words(post, said)
    post.save(force_insert=True)
    PostText.unscoped.create(post=post, source=said.source, html=said.html)
    return post


def hide(post: Post, state: State) -> Post:
    """Give a visible post another state, and return it as it is then."""
    threads, (post,) = tree.locked_with(post.pk)
    post.state = state
    post.save(update_fields=["state"])
    tallies.disappear(post, threads[post.thread_id])
    return Post.unscoped.select_related("board", "thread", "parent").get(pk=post.pk)


def principal_of(member: Member) -> Principal:
    """Return the principal that a door makes for a signed-in member."""
    return principal_for(member)


def _word(number: int) -> str:
    """Return a number in letters, so that names of members never look alike."""
    letters = ""
    while number:
        number, digit = divmod(number, len(LETTERS))
        letters = LETTERS[digit] + letters
    return letters
