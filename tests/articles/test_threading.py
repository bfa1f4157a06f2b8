"""The rules of JWZ and RFC 5256, case by case; the small mailboxes are in samples/threads."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.articles.dates import parse_envelope_date
from rejoinder.articles.parse import parse_article
from rejoinder.articles.threading import imap_thread, link, unique_ids
from rejoinder.importers.found import FoundMessage
from rejoinder.importers.mbox import read_messages

SAMPLES = Path(__file__).parent.parent / "samples" / "threads"


def test_a_message_hangs_below_the_last_of_its_ancestors() -> None:
    assert link([("a", ()), ("b", ("a",)), ("c", ("a", "b"))]) == {"a": None, "b": "a", "c": "b"}


def test_the_order_of_arrival_makes_no_difference_to_a_sound_thread() -> None:
    sound = [("a", ()), ("b", ("a",)), ("c", ("a", "b"))]
    assert link(reversed(sound)) == link(sound)


def test_a_missing_parent_keeps_its_place() -> None:
    parents = link([("a", ()), ("c", ("a", "b")), ("d", ("a", "b"))])
    assert parents == {"a": None, "b": "a", "c": "b", "d": "b"}


def test_a_message_s_own_word_replaces_what_others_suggested() -> None:
    parents = link([("a", ()), ("c", ("a", "b")), ("x", ()), ("b", ("x",))])
    assert parents["b"] == "x"


def test_others_words_never_move_a_message_that_has_a_parent() -> None:
    parents = link([("a", ()), ("b", ("a",)), ("c", ("x", "b"))])
    assert parents["b"] == "a"


def test_loops_of_two_are_refused() -> None:
    assert link([("a", ("b",)), ("b", ("a",))]) == {"a": "b", "b": None}


def test_a_message_is_never_its_own_parent() -> None:
    assert link([("a", ("a",))]) == {"a": None}


def test_a_repeated_id_counts_once() -> None:
    assert link([("a", ()), ("b", ("a",)), ("b", ("x",))]) == {"a": None, "b": "a"}


def test_a_chain_of_ten_thousand_is_linked_and_written() -> None:
    chain = [(str(n), (str(n - 1),) if n else ()) for n in range(10_000)]
    parents = link(chain)
    assert parents["9999"] == "9998"
    written = imap_thread(parents, {own: n + 1 for n, (own, _) in enumerate(chain)})
    assert written == "(" + " ".join(str(n + 1) for n in range(10_000)) + ")"


ids = st.sampled_from("abcdefgh")


@given(st.lists(st.tuples(ids, st.lists(ids, unique=True, max_size=5).map(tuple)), max_size=20))
def test_whatever_is_claimed_there_is_no_loop_and_nobody_is_lost(
    messages: list[tuple[str, tuple[str, ...]]],
) -> None:
    parents = link(messages)
    assert parents.keys() >= {own for own, _ in messages}
    for start in parents:
        steps, at = 0, parents[start]
        while at is not None:
            steps, at = steps + 1, parents[at]
            assert steps <= len(parents)
    numbers = {own: n for n, own in enumerate(dict.fromkeys(own for own, _ in messages), 1)}
    written = imap_thread(parents, numbers)
    assert sorted(map(int, re.findall(r"\d+", written))) == sorted(numbers.values())


def thread_of(path: Path) -> str:
    found = [each for each in read_messages(path) if isinstance(each, FoundMessage)]
    articles = [(parse_article(each.raw), each.envelope_line.decode()) for each in found]
    pairs = unique_ids(
        (a.message_id or f"none {n}", a.ancestors) for n, (a, _) in enumerate(articles)
    )
    numbers = {own: n for n, (own, _) in enumerate(pairs, 1)}
    dates = {
        own: parse_envelope_date(line) for (own, _), (_, line) in zip(pairs, articles, strict=True)
    }
    return imap_thread(link(pairs), numbers, dates)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chain-claimed-in-a-circle", "(3 2)(1)"),
        ("same-id-twice", "(1)(2)"),
        ("two-answers-to-one", "(1 (2 4)(3))"),
        ("two-answers-to-a-missing-one", "((1)(2))"),
        ("repeated-answer", "(1 (2 3)(4))"),
        ("missing-in-the-middle", "(1 2)"),
        ("missing-top-with-one-answer", "(2 1)"),
    ],
)
def test_mailboxes_thread_as_imap_servers_thread_them(name: str, expected: str) -> None:
    assert thread_of(SAMPLES / f"{name}.mbox") == expected
