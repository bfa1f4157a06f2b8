"""How well sketches tell how alike texts are."""

from __future__ import annotations

import random

import pytest

from rejoinder.moderation.rules.sketches import KEPT, likeness, pack, sketch_of, unpack

# Few words often repeated, as in real texts, where runs share words.
WORDS = [f"word{n}" for n in range(40)]


def sketch(words: list[str]) -> tuple[int, ...]:
    return sketch_of("", " ".join(words), 4)


def truth(one: list[str], other: list[str]) -> float:
    runs = [{tuple(words[i : i + 3]) for i in range(len(words) - 2)} for words in (one, other)]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


def changed(words: list[str], times: int, chance: random.Random) -> list[str]:
    words = list(words)
    for place in chance.sample(range(len(words)), times):
        words[place] = chance.choice(WORDS)
    return words


@pytest.mark.parametrize("times", [0, 3, 15, 40, 120])
def test_likeness_is_near_the_share_of_runs_that_texts_have_in_common(times: int) -> None:
    chance = random.Random(times)
    errors = []
    for _ in range(100):
        one = chance.choices(WORDS, k=300)
        other = changed(one, times, chance)
        errors.append(likeness(sketch(one), sketch(other)) - truth(one, other))
    # The estimate of 64 hashes is off by 0.06 on average; nearly never by three times as much,
    # and not to one side.
    assert abs(sum(errors)) / 100 < 0.02
    assert max(map(abs, errors)) < 0.21


def test_the_order_of_words_counts() -> None:
    words = random.Random(1).sample([f"w{n}" for n in range(500)], 200)
    assert likeness(sketch(words), sketch(words[::-1])) == 0
    assert likeness(sketch(words), sketch(words)) == 1


def test_hashes_differ_and_are_spread_evenly() -> None:
    words = [f"w{n}" for n in range(20_000)]
    kept: set[int] = set()
    for start in range(0, len(words), 50):
        # Fewer runs than a sketch holds: all of them are there.
        kept.update(sketch(words[start : start + 50]))
    assert len(kept) == len(words) // 50 * 48
    eighths = [0] * 8
    for each in kept:
        eighths[each >> 60] += 1
    assert max(eighths) < 1.1 * min(eighths)


def test_a_sketch_is_its_own_again_from_its_octets() -> None:
    made = sketch([f"w{n}" for n in range(1000)])
    assert len(made) == KEPT
    assert unpack(pack(made)) == made
    # As the engines keep numbers, with a sign.
    assert max(made) < 1 << 63


def test_what_is_quoted_and_too_few_words_make_no_sketch() -> None:
    assert sketch_of("A title", "> one two three four five six", 8) == ()
    whole = sketch_of("", "one two three four five six", 6)
    assert whole == sketch_of("One two three", "four five six", 6) != ()
