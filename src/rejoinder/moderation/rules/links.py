"""Rule: new members' links."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.hosts import host_of, links_in, listed_hosts
from rejoinder.moderation.rules.rule import Chosen, Rule, Suspicion
from rejoinder.policy.principals import Standing
from rejoinder.posts.screening import Proposed


class NewMembersLinks(Rule):
    """Fires where a post holds more links than its author's standing allows."""

    name = "links"
    title = gettext_lazy("New members’ links")
    sentence = gettext_lazy(
        "Fires when a post holds more links than its author’s standing allows (see Standing)."
    )
    is_on = True
    exempt_from = Standing.REGULAR
    fields = {
        "free": forms.CharField(
            label=gettext_lazy("Hosts that don’t count"),
            help_text=gettext_lazy(
                "One a line, such as example.org; it covers all below it. “*” stands for any part."
            ),
            widget=forms.Textarea(attrs={"rows": 4, "cols": 50}),
            required=False,
            initial="",
        ),
    }

    def examine(self, proposed: Proposed, facts: Facts, chosen: Chosen) -> Suspicion | None:
        """Return why it fires: how many links there are, and how many may be."""
        most = facts.terms.most_links
        if most is None or len(facts.links) <= most:
            return None
        counted = [link for link in facts.links if not self._is_free(link, chosen)]
        if len(counted) <= most or self._were_there(proposed, len(counted)):
            return None
        explanation = ngettext(
            "%(count)d link; its author’s standing allows %(most)d.",
            "%(count)d links; its author’s standing allows %(most)d.",
            len(counted),
        ) % {"count": len(counted), "most": most}
        message = _(
            "New members’ posts with several links are looked at first. It appears as soon as "
            "somebody has; with fewer links it would appear at once."
        )
        return Suspicion(explanation, message)

    def _is_free(self, link: str, chosen: Chosen) -> bool:
        return bool(chosen["free"]) and bool(listed_hosts(chosen["free"], [host_of(link)]))

    def _were_there(self, proposed: Proposed, count: int) -> bool:
        """Tell whether the post had as many links before an edit: somebody let them pass."""
        return proposed.post is not None and len(links_in(proposed.post.text.html)) >= count
