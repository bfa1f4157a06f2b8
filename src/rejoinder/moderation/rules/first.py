"""Rule: first posts of new members, held by risk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.rule import Chosen, Rule, Suspicion
from rejoinder.policy.principals import Standing
from rejoinder.posts.screening import Proposed, Verdict

# What speaks against a first post, and how much. The default of `hold_from` is 5: two links
# in an answer of the first hour are held, one link in an answer appears.
LINK, MOST_FOR_LINKS = 2, 6
FIRST_HOUR, FIRST_DAY = 2, 1
STARTS_THREAD = 1
HARDLY_WORDS, FEW_WORDS = 2, 15
REPEATED, ALIKE, REPEATED_WITHIN, FEWEST_WORDS = 4, 0.7, timedelta(days=3), 6
NEAR_A_BAN = 3


class FirstPosts(Rule):
    """Lays a member's first posts on the desk, and holds those that look risky."""

    name = "first"
    title = gettext_lazy("First posts by risk")
    sentence = gettext_lazy(
        "Lays new members’ first posts on the desk; holds those whose links, age of the account, "
        "length, likeness to other posts or neighbourhood to banned addresses add up to a risk."
    )
    is_on = True
    needs_prints = True
    exempt_from = Standing.MEMBER
    verdicts = ()
    is_for_edits = False
    fields = {
        "posts": forms.IntegerField(
            label=gettext_lazy("How many first posts of a member"),
            min_value=1,
            max_value=50,
            initial=3,
        ),
        "hold_from": forms.IntegerField(
            label=gettext_lazy("Held from this risk on"),
            help_text=gettext_lazy(
                "0: all. Each link counts 2 (6 at most), an account in its first hour 2, in its "
                "first day 1, the start of a thread 1, a link with hardly a word 2, a text like "
                "another 4, a neighbour of banned addresses 3."
            ),
            min_value=0,
            max_value=20,
            initial=5,
        ),
        "flags_others": forms.BooleanField(
            label=gettext_lazy("The others appear, and lie on the desk too"),
            required=False,
            initial=True,
        ),
    }

    def examine(self, proposed: Proposed, facts: Facts, chosen: Chosen) -> Suspicion | None:
        """Return why it fires: which post of the author it is, and how its risk adds up."""
        earlier = facts.posts_before(chosen["posts"])
        if earlier >= chosen["posts"]:
            return None
        risks = list(_risks(proposed, facts))
        score = sum(points for points, _why in risks)
        is_held = score >= chosen["hold_from"]
        if not is_held and not chosen["flags_others"]:
            return None
        explanation = _("Post %(number)d of the author; risk %(score)d (%(why)s).") % {
            "number": earlier + 1,
            "score": score,
            "why": ", ".join(f"{why}: {points}" for points, why in risks) or _("nothing special"),
        }
        message = _(
            "The first posts of new members are looked at by people. This one appears as soon as "
            "somebody has; later ones appear at once."
        )
        return Suspicion(explanation, message, verdict=Verdict.HOLD if is_held else Verdict.FLAG)


def _risks(proposed: Proposed, facts: Facts) -> Iterator[tuple[int, str]]:
    """Return what speaks against a post: points, and why."""
    if facts.links:
        yield min(LINK * len(facts.links), MOST_FOR_LINKS), _("links")
        if len(proposed.words.source.split()) < FEW_WORDS:
            yield HARDLY_WORDS, _("hardly a word beside them")
    if facts.age < timedelta(hours=1):
        yield FIRST_HOUR, _("account in its first hour")
    elif facts.age < timedelta(days=1):
        yield FIRST_DAY, _("account in its first day")
    if proposed.parent is None:
        yield STARTS_THREAD, _("starts a thread")
    if facts.like_this(proposed.at - REPEATED_WITHIN, ALIKE, FEWEST_WORDS):
        yield REPEATED, _("like another text")
    if facts.is_near_a_ban:
        yield NEAR_A_BAN, _("near banned addresses")
