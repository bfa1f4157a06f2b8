"""Rule: repeated text."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.rule import Chosen, Rule, Suspicion
from rejoinder.policy.principals import Standing
from rejoinder.posts.screening import Proposed

# For how long sketches are kept at the most, whatever is set.
LONGEST_HOURS = 24 * 30


class RepeatedText(Rule):
    """Fires where the same or nearly the same text was posted lately, by whomever."""

    name = "repeated"
    title = gettext_lazy("Repeated text")
    sentence = gettext_lazy(
        "Fires when the same or nearly the same text was posted lately, by the same member or by "
        "others. What is quoted doesn’t count."
    )
    is_on = True
    needs_prints = True
    exempt_from = Standing.REGULAR
    fields = {
        "hours": forms.IntegerField(
            label=gettext_lazy("Posted within so many hours"),
            min_value=1,
            max_value=LONGEST_HOURS,
            initial=72,
        ),
        "percent": forms.IntegerField(
            label=gettext_lazy("Alike by so many per cent"),
            help_text=gettext_lazy("100: the very same words. Below 60 it gets unsure."),
            min_value=50,
            max_value=100,
            initial=80,
        ),
        "fewest_words": forms.IntegerField(
            label=gettext_lazy("Only posts of so many words or more"),
            min_value=4,
            max_value=500,
            initial=8,
        ),
        "fewest_times": forms.IntegerField(
            label=gettext_lazy("Fires once it was posted so many times before"),
            min_value=1,
            max_value=20,
            initial=1,
        ),
    }

    def examine(self, proposed: Proposed, facts: Facts, chosen: Chosen) -> Suspicion | None:
        """Return why it fires: how many posts were like it, and whose."""
        since = proposed.at - timedelta(hours=chosen["hours"])
        near = facts.like_this(since, chosen["percent"] / 100, chosen["fewest_words"])
        if len(near) < chosen["fewest_times"]:
            return None
        own = sum(like.author_id == proposed.author.pk for like in near)
        explanation = _(
            "Like %(own)d posts by the same member and %(others)d by others in %(hours)d hours; "
            "the nearest by %(percent)d %%."
        ) % {
            "own": own,
            "others": len(near) - own,
            "hours": chosen["hours"],
            "percent": round(100 * max(like.likeness for like in near)),
        }
        message = _(
            "Much the same text was posted here lately, so this one is looked at first. If it was "
            "meant for another place, withdraw the one that stands wrong."
        )
        return Suspicion(explanation, message)
