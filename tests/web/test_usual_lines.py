"""The usual line, drawn by code, beside what the template would draw."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.template import engines
from django.utils import timezone

from rejoinder.threads.lines import Line
from rejoinder.threads.models import State
from rejoinder.web.outlines import Row
from rejoinder.web.usual_lines import is_usual, usual_line

NOW = timezone.now()
LINE = Line(
    id=7, public_id="bcdfghjkmnpq", thread_id=1, board_id=1, parent_id=None, depth=0, opens="a",
    closes="b", state=State.VISIBLE, title="The <b>bridge</b> & “Ann”", echoes_parent=False,
    first_line="First", has_text=True, author_id=3, author_name="Ann <i>", author_handle="ann",
    posted_at=NOW - timedelta(days=9), edited_at=None, edits_count=0, responses_count=0,
)  # fmt: skip


def by_template(row: Row, kind: str, *, itemprop: bool) -> str:
    """Return the line as the template draws what is unusual."""
    source = (
        '{% import "parts.html" as parts with context %}'
        "{{ parts.unusual_line(row, kind, itemprop) }}"
    )
    template = engines["jinja2"].from_string(source)  # type: ignore[attr-defined]
    context = {"row": row, "kind": kind, "itemprop": itemprop, "ignored": (), "member": None}
    return squeezed(template.render(context))


def squeezed(html: str) -> str:
    """Return HTML without the white space that no browser shows."""
    return re.sub(r"\s*\n\s*", "\n", html).strip()


@pytest.mark.parametrize("itemprop", [False, True])
@pytest.mark.parametrize("kind", ["", "here"])
@pytest.mark.parametrize(
    "line",
    [
        LINE,
        replace(LINE, posted_at=NOW),
        replace(LINE, has_text=False),
        replace(LINE, title="\"quoted\" 'twice'"),
        replace(LINE, title="שלום", author_name="أحمد"),
    ],
)
def test_it_is_drawn_as_the_template_would_draw_it(line: Line, kind: str, itemprop: bool) -> None:
    row = Row(line, step=1)
    assert is_usual(row, ())
    assert squeezed(usual_line(row, kind, itemprop, "")) == by_template(
        row, kind, itemprop=itemprop
    )


def test_the_mark_of_what_is_new_stands_before_the_title() -> None:
    assert '<span class="say"><i>new</i><a class="title"' in usual_line(
        Row(LINE, step=1), "", False, "<i>new</i>"
    )


@pytest.mark.parametrize(
    "row",
    [
        Row(replace(LINE, state=State.WITHDRAWN), step=1),
        Row(replace(LINE, echoes_parent=True), step=1),
        Row(replace(LINE, author_handle=""), step=1),
        Row(LINE, step=1, is_capped=True, is_capped_on_phones=True),
        Row(LINE, step=1, is_capped_on_phones=True),
    ],
)
def test_what_is_unusual_is_left_to_the_template(row: Row) -> None:
    assert not is_usual(row, ())


def test_what_somebody_ignores_is_left_to_the_template() -> None:
    assert not is_usual(Row(LINE, step=1), frozenset({3}))
