"""Rule: a list of domains."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.moderation.rules.hosts import hosts_in, listed_hosts
from rejoinder.moderation.rules.listed import ListRule, entries_field
from rejoinder.moderation.rules.rule import Suspicion


class DomainList(ListRule):
    """Fires where a post links to, or names, a listed domain or a host below it."""

    name = "domains"
    title = gettext_lazy("Domain list")
    sentence = gettext_lazy(
        "Fires when a post links to one of the domains of a list, or names it in its words."
    )
    fields = {
        "entries": entries_field(
            gettext_lazy("Domains"),
            gettext_lazy(
                "One a line, such as example.org: it covers all hosts below it, too. “*” stands "
                "for any part; after “#” comes a remark. Look-alikes are found as well."
            ),
        ),
    }

    def found_in(self, entries: str, title: str, source: str, drawn: str) -> list[str]:
        """Return which entries cover a host that a text links to, or that it names."""
        return listed_hosts(entries, hosts_in(title, source, drawn))

    def suspicion(self, named: list[str]) -> Suspicion:
        """Return which entries were found, and to the author that there is one."""
        return Suspicion(
            _("Listed domains: %s.") % ", ".join(named),
            _("It leads to a site that posts are looked at for before they appear."),
        )
