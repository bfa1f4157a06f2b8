"""The dry run says of past posts what the rules would have said of them as new ones."""

from __future__ import annotations

from typing import Any

import pytest

from rejoinder.errors import BadInput, Refused
from rejoinder.moderation.firings import Firing
from rejoinder.moderation.rules import registry
from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.rule import Chosen, Rule, Suspicion
from rejoinder.moderation.rules.settings import default_setting
from rejoinder.moderation.rules.slow import SlowMode
from rejoinder.moderation.rules.try_out import try_rule
from rejoinder.policy.principals import Standing, system
from rejoinder.posts.screening import Proposed, Verdict
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.moderation.rules.screened import fired, newcomer, only

pytestmark = pytest.mark.django_db

SAME = "The council met on Tuesday and put off the vote on the old bridge until next spring."
TEXTS = [
    SAME,
    "Short.",
    "https://a.example https://b.example https://c.example and words",
    SAME,
    "Nothing is the matter with this text, which nobody wrote before in these very words.",
    SAME.replace("Tuesday", "Monday"),
    "A bridge too far, at https://spam.example/x",
]


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("links", {}),
        ("repeated", {}),
        ("words", {"entries": "bridge\nnobody"}),
        ("domains", {"entries": "spam.example\nb.example"}),
        ("rate", {"most_in_thread": 2, "most_on_board": 4}),
        ("first", {"posts": 50, "hold_from": 3}),
    ],
)
def test_the_dry_run_finds_what_was_found_live(name: str, chosen: dict[str, Any]) -> None:
    setting = only(name, **chosen)
    board, authors = make_board(), [newcomer(), newcomer()]
    root = make_thread(board, author=authors[0], source="The beginning.")
    posts = [root] + [
        make_response(root, source=text, author=authors[place % 3 == 0])
        for place, text in enumerate(TEXTS)
        if root.state == State.VISIBLE
    ]
    live = {
        (firing.post_id, firing.verdict, firing.explanation) for firing in Firing.unscoped.all()
    }
    # A held post isn't counted among those before; in the past nothing was held.
    trial = try_rule(system("tests"), setting, board=board, last=100)
    tried = {
        (caught.post.pk, caught.finding.verdict, caught.finding.explanation)
        for caught in trial.caught
    }
    assert trial.tried_count == len(posts)
    assert tried == live
    assert live


def test_the_dry_run_changes_nothing_and_is_bounded() -> None:
    setting = only("words", entries="bridge")
    board = make_board()
    for _ in range(3):
        make_thread(board, source=SAME)
    Firing.unscoped.all().delete()
    Post.unscoped.update(state=State.VISIBLE)
    trial = try_rule(system("tests"), setting, board=board, last=2)
    assert (trial.tried_count, len(trial.caught)) == (2, 2)
    assert not Firing.unscoped.exists()
    assert not Post.unscoped.filter(state=State.HELD).exists()


def test_only_administrators_try_rules_and_slow_mode_cannot_be_tried() -> None:
    setting = only("words")
    with pytest.raises(Refused):
        try_rule(principal_of(make_member()), setting)
    with pytest.raises(BadInput):
        try_rule(system("tests"), default_setting(SlowMode()))


class ShoutedTitles(Rule):
    """A rule as a newcomer would write it."""

    name = "shouted"
    title = "Shouted titles"
    sentence = "Fires when a title is in capitals only."
    is_on = True

    def examine(self, proposed: Proposed, facts: Facts, chosen: Chosen) -> Suspicion | None:
        if not proposed.words.title.isupper():
            return None
        return Suspicion("The title is in capitals.", "Write the title without shouting.")


def test_a_rule_is_one_class_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "RULES", registry.RULES)
    registry.RULES.append(ShoutedTitles())
    try:
        held = make_thread(title="BUY NOW", author=newcomer())
        assert (held.state, "shouted" in fired(held)) == (State.HELD, True)
        trial = try_rule(system("tests"), default_setting(registry.RULES[-1]))
        assert [caught.post for caught in trial.caught] == [held]
        assert trial.caught[0].finding.verdict is Verdict.HOLD
        assert make_thread(title="BUY", author=make_member(standing=Standing.TRUSTED)).state == "v"
    finally:
        registry.RULES.pop()
