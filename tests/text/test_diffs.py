"""What a comparison may cost: anybody can ask for one, of texts that anybody wrote."""

from __future__ import annotations

import pytest

from rejoinder.text import diffs

# Texts over which difflib takes from many seconds to several minutes.
SLOW = {
    "words in many lines": (("a b c d " * 62 + "\n") * 500, ("b a d c " * 62 + "\n") * 500),
    "words in one line": ("a " * 1200, "a b " * 600),
    "lines": ("x\n" * 1000, "x\ny\n" * 500),
}


@pytest.mark.parametrize("case", SLOW)
def test_a_comparison_of_anything_spends_no_more_than_it_may(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent = []

    class Counting(diffs.SequenceMatcher):  # type: ignore[type-arg, name-defined, misc]
        def find_longest_match(self, alo=0, ahi=None, blo=0, bhi=None):  # type: ignore[no-untyped-def]
            spent.append(sum(len(self.b2j.get(a, ())) for a in self.a[alo:ahi]))
            assert sum(spent) <= 30_000_000
            return super().find_longest_match(alo, ahi, blo, bhi)

    monkeypatch.setattr(diffs, "SequenceMatcher", Counting)
    old, new = SLOW[case]
    html = diffs.diff_html(old, new)
    assert "<del>" in html or "<ins>" in html


def test_long_prose_is_compared_word_by_word() -> None:
    lines = [f"Line {n}, and the ship sails on with {n * 7} barrels." for n in range(400)]
    changed = [line.replace("ship", "boat") for line in lines]
    html = diffs.diff_html("\n".join(lines), "\n".join(changed))
    assert html.count("<del>ship</del><ins>boat</ins>") == 400
