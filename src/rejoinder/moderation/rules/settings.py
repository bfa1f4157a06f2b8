"""What a site has set for each rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput
from rejoinder.events.remembered import remembered
from rejoinder.moderation.rules.rule import Chosen, Rule
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal, Standing
from rejoinder.posts.screening import Verdict


class RuleSettings(models.Model):
    """What a site has set for one rule; without a row it is as the rule says."""

    rule = models.CharField(primary_key=True, max_length=40)
    is_on = models.BooleanField()
    verdict = models.PositiveSmallIntegerField(null=True)
    # Null: it applies to all but moderators.
    exempt_from = models.PositiveSmallIntegerField(null=True)
    chosen = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.rule


@dataclass(frozen=True)
class Setting:
    """A rule as a site has set it."""

    rule: Rule
    is_on: bool
    verdict: Verdict
    exempt_from: Standing | None
    chosen: Chosen


def settings_of(rules: Sequence[Rule]) -> list[Setting]:
    """Return each of these rules as it is set; shared, so nobody may change them."""
    return remembered(("rules", *rules), lambda: _read(rules))


def _read(rules: Sequence[Rule]) -> list[Setting]:
    rows = RuleSettings.objects.in_bulk()
    return [_setting(rule, rows.get(rule.name)) for rule in rules]


def default_setting(rule: Rule) -> Setting:
    """Return a rule as a site begins with it."""
    return _setting(rule, None)


def check_setting(
    rule: Rule,
    *,
    is_on: bool,
    verdict: Verdict | None,
    exempt_from: Standing | None,
    chosen: Chosen,
) -> Setting:
    """Return a setting for a rule. Raises BadInput if the rule can't end so."""
    if rule.verdicts and verdict not in rule.verdicts:
        raise BadInput(_("Choose what shall follow when the rule fires."))
    known = {name: chosen.get(name, default) for name, default in rule.defaults().items()}
    return Setting(rule, is_on, verdict or _first_verdict(rule), exempt_from, known)


def set_rule(principal: Principal, setting: Setting) -> None:
    """Keep what an administrator set for a rule; it holds from the next post on."""
    refusal = _("Only an administrator may change the rules.")
    gate.check(principal, gate.Verb.ADMINISTER, the_site(), refusal)
    RuleSettings.objects.update_or_create(
        rule=setting.rule.name,
        defaults={
            "is_on": setting.is_on,
            "verdict": setting.verdict,
            "exempt_from": setting.exempt_from,
            "chosen": dict(setting.chosen),
            "changed_at": timezone.now(),
        },
    )


def _setting(rule: Rule, row: RuleSettings | None) -> Setting:
    if row is None:
        return Setting(rule, rule.is_on, _first_verdict(rule), rule.exempt_from, rule.defaults())
    exempt_from = None if row.exempt_from is None else Standing(row.exempt_from)
    chosen: dict[str, Any] = rule.defaults() | {
        name: value for name, value in row.chosen.items() if name in rule.fields
    }
    verdict = _first_verdict(rule) if row.verdict is None else Verdict(row.verdict)
    return Setting(rule, row.is_on, verdict, exempt_from, chosen)


def _first_verdict(rule: Rule) -> Verdict:
    return rule.verdicts[0] if rule.verdicts else Verdict.HOLD
