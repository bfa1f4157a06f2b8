"""Rule: posting rate."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.rule import Chosen, Rule, Suspicion
from rejoinder.policy.principals import Standing
from rejoinder.posts.screening import Proposed


class PostingRate(Rule):
    """Fires where a member posts more in a thread or on a board than the site wants."""

    name = "rate"
    title = gettext_lazy("Posting rate")
    sentence = gettext_lazy(
        "Fires when a member posts more than so often within a few minutes in one thread, or on "
        "one board. The site’s limits on posting hold besides."
    )
    exempt_from = Standing.REGULAR
    needs_locks = True
    is_for_edits = False
    fields = {
        "minutes": forms.IntegerField(
            label=gettext_lazy("Within so many minutes"), min_value=1, max_value=1440, initial=10
        ),
        "most_in_thread": forms.IntegerField(
            label=gettext_lazy("Most posts in one thread"), min_value=1, max_value=500, initial=6
        ),
        "most_on_board": forms.IntegerField(
            label=gettext_lazy("Most posts on one board"), min_value=1, max_value=500, initial=12
        ),
    }

    def examine(self, proposed: Proposed, facts: Facts, chosen: Chosen) -> Suspicion | None:
        """Return why it fires: how many posts there were, and within what time."""
        facts.one_at_a_time()
        since = proposed.at - timedelta(minutes=chosen["minutes"])
        in_thread, on_board = chosen["most_in_thread"], chosen["most_on_board"]
        if facts.posted_since(since, in_thread, in_thread=True) >= in_thread:
            explanation = _("The author posted %(count)d times in this thread in %(minutes)d min.")
            count = in_thread
        elif facts.posted_since(since, on_board, in_thread=False) >= on_board:
            explanation = _("The author posted %(count)d times on this board in %(minutes)d min.")
            count = on_board
        else:
            return None
        message = _("You posted a great deal here in a short time, so this one is looked at first.")
        return Suspicion(explanation % {"count": count, "minutes": chosen["minutes"]}, message)
