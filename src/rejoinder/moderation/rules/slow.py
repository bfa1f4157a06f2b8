"""Rule: slow mode, the silence hours of a heated thread."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.rule import Chosen, Rule, Suspicion
from rejoinder.posts.screening import Proposed, Verdict


class SlowMode(Rule):
    """Refuses a post in a slow thread until its author's pause there is over."""

    name = "slow"
    title = gettext_lazy("Slow mode")
    sentence = gettext_lazy(
        "Refuses a second post in a thread that a moderator has slowed down until the thread’s "
        "pause is over; the writer has the text back, and is told when."
    )
    is_on = True
    exempt_from = None
    verdicts = (Verdict.REFUSE,)
    needs_locks = True
    is_for_edits = False
    can_be_tried = False

    def examine(self, proposed: Proposed, facts: Facts, chosen: Chosen) -> Suspicion | None:
        """Return why it fires, and from when on it wouldn't."""
        opens_at = facts.thread_opens_at()
        if opens_at is None or opens_at <= proposed.at:
            return None
        shown = date_format(timezone.localtime(opens_at), "j M Y, H:i:s T")
        message = _(
            "This thread is heated, and slowed down for everybody: you can post in it again at "
            "%s. Your text is kept below."
        )
        explanation = _("The thread is slow; open to the author again at %s.")
        return Suspicion(explanation % shown, message % shown, retry_at=opens_at)
