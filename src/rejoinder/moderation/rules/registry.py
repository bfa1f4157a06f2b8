"""The rules there are, in the order in which pages list them. A new rule is a line here."""

from __future__ import annotations

from rejoinder.moderation.rules.domains import DomainList
from rejoinder.moderation.rules.first import FirstPosts
from rejoinder.moderation.rules.links import NewMembersLinks
from rejoinder.moderation.rules.rate import PostingRate
from rejoinder.moderation.rules.repeated import RepeatedText
from rejoinder.moderation.rules.rule import Rule
from rejoinder.moderation.rules.slow import SlowMode
from rejoinder.moderation.rules.words import WordList

RULES: list[Rule] = [
    FirstPosts(),
    NewMembersLinks(),
    RepeatedText(),
    WordList(),
    DomainList(),
    PostingRate(),
    SlowMode(),
]


def rule_named(name: str) -> Rule | None:
    """Return the rule of a name, if there's one."""
    return next((rule for rule in RULES if rule.name == name), None)
