"""The table of limits, and how operators change it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from rejoinder.config import options
from rejoinder.errors import BadInput
from rejoinder.limits.table import LIMITS, Limit, changed, rate_words

SETTINGS = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_every_limit_is_documented_with_its_number_and_reason_and_no_other() -> None:
    text = SETTINGS.read_text(encoding="utf-8").partition("\n## Limits\n")[2]
    documented = re.findall(r"^\| (\w+) \| (\S+ per \S+) \| (.+) \| (.+) \|$", text, re.MULTILINE)
    assert documented == [
        (limit.name, rate_words(limit), limit.per.value, limit.reason) for limit in LIMITS.values()
    ]


@pytest.mark.parametrize("limit", LIMITS.values(), ids=lambda limit: limit.name)
def test_every_limit_can_be_set_to_what_it_is(limit: Limit) -> None:
    assert changed([(limit.name, rate_words(limit))])[limit.name] == limit
    assert str(limit.said).endswith(".")
    assert limit.reason.endswith(".")


@pytest.mark.parametrize("off", ["off", "0", "OFF"])
def test_a_limit_is_turned_off(off: str) -> None:
    assert changed([("edits", off)])["edits"].most == 0
    assert rate_words(changed([("edits", off)])["edits"]) == "off"


def test_all_are_turned_off_but_those_that_are_named() -> None:
    table = changed([("edits", "3 per 2h"), ("all", "off")])
    assert {name for name, limit in table.items() if limit.most} == {"edits"}
    assert (table["edits"].most, table["edits"].period) == (3, timedelta(hours=2))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("edit", "3 per 1h"), "no limit 'edit'"),
        (("edits", "many"), "such as"),
        (("edits", "3 per fortnight"), "such as"),
        (("edits", "-3 per 1h"), "such as"),
        (("edits", "1001 per 1h"), "at most 1000"),
        (("edits", "3 per 32d"), "31 days"),
        (("edits", "3 per 0s"), "1 second"),
    ],
)
def test_a_limit_that_cant_be_is_refused_by_name(change: tuple[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        changed([change])


def test_the_file_and_the_environment_change_limits(tmp_path: Path) -> None:
    (tmp_path / "rejoinder.toml").write_text('[limits]\nedits = "3 per 1h"\nprevies = 0\n')
    with pytest.raises(BadInput, match="no limit 'previes'"):
        options.load(tmp_path, {})
    (tmp_path / "rejoinder.toml").write_text('[limits]\nedits = "3 per 1h"\npreviews = 0\n')
    table = changed(options.load(tmp_path, {}).limits)
    assert (table["edits"].most, table["previews"].most) == (3, 0)
    line = {"REJOINDER_LIMITS": "posts_a_day=50 per 1d; previews = off;"}
    table = changed(options.load(tmp_path, line).limits)
    assert (table["posts_a_day"].most, table["previews"].most, table["edits"].most) == (50, 0, 30)
