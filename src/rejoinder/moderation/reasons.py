"""The reasons that moderators choose from, and the rules of the site that they name."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput, Missing
from rejoinder.moderation.deeds.record import MOST_CHARACTERS, MOST_IN_RULE
from rejoinder.moderation.models import ReasonTemplate
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.text.source_text import clean_text
from rejoinder.threads import outages

MOST_IN_LABEL = 80
MOST_RULES = 60
# A heading or an entry of a list in the site's rules.
_RULE = re.compile(r"^\s*(?:#{1,6}|[-*+]|\d{1,3}[.)])\s+(?P<words>.+?)\s*#*$", re.MULTILINE)


def reasons() -> list[ReasonTemplate]:
    """Return the reasons to choose from, in their order; a new site begins with a few."""
    return list(ReasonTemplate.objects.all()) or _first_reasons()


def rules_of_site() -> list[str]:
    """Return the site's rules one by one: the headings and entries of lists on its page."""
    found = (match["words"][:MOST_IN_RULE] for match in _RULE.finditer(the_site().rules))
    return list(dict.fromkeys(found))[:MOST_RULES]


@outages.told()
def put_reason(
    principal: Principal,
    label: str,
    text: str,
    rule: str = "",
    *,
    is_by_law: bool = False,
    was: str = "",
) -> ReasonTemplate:
    """Add a reason, or change the one whose name `was` this; return it.

    Raises Refused, Missing, or BadInput where a field is empty or too long, or the name taken.
    """
    _check(principal)
    label, rule = (" ".join(clean_text(words).split()) for words in (label, rule))
    text = clean_text(text).strip()
    if not label or not text:
        raise BadInput(_("Give the reason a name, and the words that the author is told."))
    if len(label) > MOST_IN_LABEL or len(rule) > MOST_IN_RULE or len(text) > MOST_CHARACTERS:
        raise BadInput(_("The name, the words or the rule are too long. Shorten them."))
    try:
        with transaction.atomic():
            keep_first_reasons()
            reason = _by_label(was) if was else ReasonTemplate(position=_last_position() + 1)
            reason.label, reason.text = label, text
            reason.rule, reason.is_by_law = rule, is_by_law
            reason.save()
    except IntegrityError:
        raise BadInput(_("There is a reason of this name already.")) from None
    return reason


@outages.told()
def drop_reason(principal: Principal, label: str) -> None:
    """Take a reason off the list. What was done for it keeps its words. Missing, Refused."""
    _check(principal)
    with transaction.atomic():
        keep_first_reasons()
        _by_label(label).delete()


def keep_first_reasons() -> None:
    """Write down what a new site begins with, so that it can be changed."""
    if not ReasonTemplate.objects.exists():
        ReasonTemplate.objects.bulk_create(_first_reasons())


def _check(principal: Principal) -> None:
    gate.check(principal, gate.Verb.ADMINISTER, the_site(), _("Only an administrator may do that."))


def _by_label(label: str) -> ReasonTemplate:
    found = ReasonTemplate.objects.filter(label=label).first()
    if found is None:
        raise Missing(_("There is no such reason (any more)."))
    return found


def _last_position() -> int:
    last = ReasonTemplate.objects.order_by("-position").values_list("position", flat=True).first()
    return last or 0


def _first_reasons() -> list[ReasonTemplate]:
    begun = [
        (_("Spam"), _("This is advertising, or the same text posted again and again.")),
        (_("Insult"), _("This attacks a person instead of answering what they say.")),
        (_("Off topic"), _("This doesn’t belong on this board, or in this thread.")),
        (_("Personal data"), _("This tells something about a person that isn’t yours to tell.")),
        (_("Illegal"), _("We have good reason to hold this for illegal.")),
    ]
    return [
        ReasonTemplate(label=label, text=text, position=position)
        for position, (label, text) in enumerate(begun, 1)
    ]
