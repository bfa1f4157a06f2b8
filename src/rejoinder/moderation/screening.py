"""How posts are screened by the rules: what `posts.screening` asks.

Internal: named by Django's setting REJOINDER_SCREENING.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils import timezone

from rejoinder.moderation import cases
from rejoinder.moderation.firings import Firing, sweep_refusals
from rejoinder.moderation.models import CaseKind
from rejoinder.moderation.rules import prints
from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.registry import RULES
from rejoinder.moderation.rules.repeated import LONGEST_HOURS
from rejoinder.moderation.rules.settings import Setting, settings_of
from rejoinder.moderation.rules.sketches import sketch_of
from rejoinder.posts.screening import Finding, Proposed
from rejoinder.threads.models import Post, State

# A sketch is made of any text that a rule may ask about.
FEWEST_WORDS = 4


def screen(proposed: Proposed) -> list[Finding]:
    """Return what the rules find before the transaction."""
    rules = [rule for rule in RULES if not rule.needs_locks]
    if _keeps_prints():
        # Made now and remembered, so that it isn't made while others wait for the locks.
        sketch_of(proposed.words.title, proposed.words.source, FEWEST_WORDS)
    return examine(proposed, Facts(proposed), settings_of(rules))


def screen_locked(proposed: Proposed) -> list[Finding]:
    """Return what the rules find that ask what was posted meanwhile."""
    rules = [rule for rule in RULES if rule.needs_locks]
    return examine(proposed, Facts(proposed), settings_of(rules))


def note(post: Post, proposed: Proposed, findings: Sequence[Finding]) -> None:
    """Log what was found in a post that is kept, lay it on the desk, and keep its sketch."""
    if findings:
        Firing.unscoped.bulk_create(_firing(finding, post) for finding in findings)
    if post.state == State.HELD:
        cases.open_case(post, CaseKind.HELD)
    elif findings:
        cases.open_case(post, CaseKind.FIRST)
    if _keeps_prints():
        now, words = timezone.now(), proposed.words
        sketch = sketch_of(words.title, words.source, FEWEST_WORDS)
        prints.keep_print(post.pk, sketch, now, is_new=proposed.post is None)
        prints.sweep(post.pk, now - timedelta(hours=LONGEST_HOURS))


def _keeps_prints() -> bool:
    return any(setting.is_on for setting in settings_of([r for r in RULES if r.needs_prints]))


def note_refusal(proposed: Proposed, findings: Sequence[Finding]) -> None:
    """Log why a post was refused; nothing of the post itself is kept."""
    Firing.unscoped.bulk_create(_refused(finding, proposed) for finding in findings)
    sweep_refusals()


def examine(proposed: Proposed, facts: Facts, settings: Iterable[Setting]) -> list[Finding]:
    """Return what rules find in a post: the same for a live one and for a past one."""
    found = []
    for setting in settings:
        if setting.is_on and applies(setting, proposed, facts):
            suspicion = setting.rule.examine(proposed, facts, setting.chosen)
            if suspicion is not None:
                found.append(
                    Finding(
                        setting.rule.name,
                        suspicion.verdict or setting.verdict,
                        suspicion.explanation,
                        suspicion.message,
                        suspicion.retry_at,
                    )
                )
    return found


def applies(setting: Setting, proposed: Proposed, facts: Facts) -> bool:
    """Tell whether a rule concerns a post: who moderates its board is beyond all rules."""
    if proposed.post is not None and not setting.rule.is_for_edits:
        return False
    if setting.exempt_from is not None and facts.standing >= setting.exempt_from:
        return False
    return not facts.author_moderates


def _firing(finding: Finding, post: Post) -> Firing:
    return Firing(
        post=post,
        member_id=post.author_id,
        board_id=post.board_id,
        rule=finding.rule,
        verdict=finding.verdict,
        explanation=finding.explanation,
        message=finding.message,
    )


def _refused(finding: Finding, proposed: Proposed) -> Firing:
    return Firing(
        member=proposed.author,
        board=proposed.board,
        rule=finding.rule,
        verdict=finding.verdict,
        explanation=finding.explanation,
        message=finding.message,
    )
