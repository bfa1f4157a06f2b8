"""References to authors: a name that's put in when a text is drawn, and kept nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.text import references
from rejoinder.text.excerpts import first_line
from rejoinder.text.markup import render_markdown
from tests.text.safety import faults_in, text_in

ID = "bcdfghjkmnpq"


def drawn(source: str, name: str = "Anna", nobody: str = "somebody") -> str:
    html = render_markdown(source)
    return references.with_names(html, lambda id_: name if id_ == ID else "", nobody)


def test_a_reference_is_drawn_as_the_name_and_leads_to_the_post() -> None:
    html = drawn(f"{references.attribution(ID)}\n\n> Words.")
    assert text_in(html).startswith("Anna wrote:")
    assert f'href="/p/{ID}"' in html


def test_what_the_reader_may_not_see_has_neither_name_nor_link() -> None:
    html = drawn("[@](/p/zzzzzzzzzzzz) wrote:")
    assert text_in(html).strip() == "somebody wrote:"
    assert "/p/" not in html


def test_a_reference_is_found_at_any_depth_and_several_times() -> None:
    html = drawn(f"> > {references.attribution(ID)}\n> > > One.\n\n- as [@](/p/{ID}) says")
    assert text_in(html).count("Anna") == 2
    assert references.referred_to(render_markdown(f"> [@](/p/{ID})")) == {ID}


@pytest.mark.parametrize(
    "source",
    [f"`[@](/p/{ID})`", f"[Anna's post](/p/{ID})", f"\\[@](/p/{ID})", "[@](/p/short)", "@"],
)
def test_what_only_looks_like_one_stays_as_it_was_written(source: str) -> None:
    assert drawn(source) == render_markdown(source)


def test_a_name_in_a_reference_is_no_markup() -> None:
    html = drawn(f"[@](/p/{ID})", name='<b onload="x">*A*</b>')
    assert "<b" not in html
    assert text_in(html).strip() == '<b onload="x">*A*</b>'


def test_a_source_is_spelled_out_for_doors_that_send_plain_text() -> None:
    source = f"{references.attribution(ID)}\n\n> Words, as [@](/p/zzzzzzzzzzzz) said."
    spelled = references.spelled_out(source, {ID: "Anna"}.get, "somebody")  # type: ignore[arg-type]
    assert spelled == "Anna wrote:\n\n> Words, as somebody said."


def test_an_excerpt_tells_neither_the_attribution_nor_a_name() -> None:
    source = f"{references.attribution(ID)}\n\n> Words.\n\nAs [@](/p/{ID}) says, no."
    assert first_line(source, markup="markdown") == "As … says, no."


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_name_is_drawn_safely(around: str, name: str) -> None:
    assert not faults_in(drawn(f"{around} [@](/p/{ID}) {around}", name=name or "x"))
