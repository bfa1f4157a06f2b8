"""Rule: a list of domains."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.hosts import hosts_in, listed_hosts
from rejoinder.moderation.rules.rule import Chosen, Rule, Suspicion
from rejoinder.posts.screening import Proposed

MOST_NAMED = 5


class DomainList(Rule):
    """Fires where a post links to, or names, a listed domain or a host below it."""

    name = "domains"
    title = gettext_lazy("Domain list")
    sentence = gettext_lazy(
        "Fires when a post links to one of the domains of a list, or names it in its words."
    )
    is_on = True
    fields = {
        "entries": forms.CharField(
            label=gettext_lazy("Domains"),
            help_text=gettext_lazy(
                "One a line, such as example.org: it covers all hosts below it, too. “*” stands "
                "for any part; after “#” comes a remark. Look-alikes are found as well."
            ),
            widget=forms.Textarea(attrs={"rows": 15, "cols": 50}),
            max_length=1_000_000,
            required=False,
            initial="",
        ),
    }

    def examine(self, proposed: Proposed, facts: Facts, chosen: Chosen) -> Suspicion | None:
        """Return why it fires: which entries were found."""
        if not chosen["entries"].strip():
            return None
        found = listed_hosts(chosen["entries"], facts.hosts)
        if found and proposed.post is not None:
            text = proposed.post.text
            hosts = hosts_in(proposed.post.title, text.source, text.html)
            there = set(listed_hosts(chosen["entries"], hosts))
            found = [entry for entry in found if entry not in there]
        if not found:
            return None
        explanation = _("Listed domains: %s.") % ", ".join(found[:MOST_NAMED])
        message = _("It leads to a site that posts are looked at for before they appear.")
        return Suspicion(explanation, message)
