"""Whose read marks are whose: nobody else's, an administrator's neither."""

from __future__ import annotations

from django.db.models import QuerySet

from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.reading.models import ReadMarks


def register() -> None:
    """Tell the gate about read marks. To mark is a part of reading, also for programs."""
    gate.register_rows(ReadMarks, _own)
    gate.register(gate.Verb.READ, ReadMarks, _is_own)


def _own(principal: Principal, marks: QuerySet[ReadMarks]) -> QuerySet[ReadMarks]:
    return marks.filter(member=principal.member_id) if principal.is_member else marks.none()


def _is_own(principal: Principal, marks: ReadMarks) -> bool:
    return principal.is_member and principal.member_id == marks.member_id
