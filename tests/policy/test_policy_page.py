"""docs/policy.md says what the data says."""

from __future__ import annotations

from rejoinder.policy.verbs import Field, Verb
from tests.policy import matrix, tables
from tests.policy.matrix import MISSING, NO, REFUSED, YES


def test_the_pages_tables_are_those_of_the_data() -> None:
    page = tables.PAGE.read_text(encoding="utf-8")
    assert page == tables.drawn(page), "run `python -m tests.policy.tables`"


def test_every_cell_holds_one_of_four_words() -> None:
    words = {answer for row in matrix.every_row() for answer in row.answers.values()}
    assert words == {YES, NO, REFUSED, MISSING}


def test_the_matrix_has_as_many_roles_and_states_as_was_promised() -> None:
    assert len({(row.role, row.state) for row in matrix.every_row()}) >= 100
    assert matrix.cells() > 9_000


def test_every_verb_and_field_stands_on_the_page_and_in_the_data() -> None:
    page = tables.PAGE.read_text(encoding="utf-8")
    asked = {question for row in matrix.every_row() for question in row.answers}
    for verb in Verb:
        assert f"{verb.value} |" in page or f"{verb.value}," in page
        assert verb.value in asked
    for field in Field:
        assert f"| {field.value} " in page
        assert field.value in asked
