"""What tests of the rules share: members of a standing, rules set so, what fired."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from rejoinder.members.models import Member
from rejoinder.moderation.firings import Firing
from rejoinder.moderation.rules.registry import RULES
from rejoinder.moderation.rules.settings import RuleSettings, Setting, settings_of
from rejoinder.policy.principals import Standing
from rejoinder.threads.models import Post
from tests.factories import make_member


def newcomer(**more: Any) -> Member:
    """Return a member who joined two days ago and never posted."""
    return member_of(Standing.NEW, **more)


def member_of(standing: Standing, **more: Any) -> Member:
    member = make_member(standing=standing, **more)
    member.joined_at = timezone.now() - timedelta(days=2)
    member.standing_is_set = True
    member.save()
    return member


def only(name: str, **chosen: Any) -> Setting:
    """Turn one rule on, with these settings, and all others off; return its setting."""
    for rule in RULES:
        RuleSettings.objects.update_or_create(
            rule=rule.name,
            defaults={
                "is_on": rule.name == name,
                "verdict": rule.verdicts[0] if rule.verdicts else None,
                "exempt_from": rule.exempt_from,
                "chosen": chosen if rule.name == name else {},
            },
        )
    return next(s for s in settings_of(RULES) if s.rule.name == name)


def fired(post: Post) -> list[str]:
    return list(Firing.unscoped.filter(post=post).order_by("pk").values_list("rule", flat=True))
