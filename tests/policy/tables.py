"""Draws the tables of docs/policy.md from the data: `python -m tests.policy.tables`."""

from __future__ import annotations

from pathlib import Path

from tests.policy import matrix
from tests.policy.doors import doors
from tests.policy.matrix import YES

PAGE = Path(__file__).parents[2] / "docs" / "policy.md"


def drawn(page: str) -> str:
    """Return the page with its tables as the data has them now."""
    page = _between(page, "table", truth_table())
    page = _between(page, "doors", door_table())
    page = _between(page, "deeds", deed_table())
    lines = page.split("\n")
    at = next(n for n, line in enumerate(lines) if "<!-- cells -->" in line)
    rows = sum(1 for _row in matrix.every_row())
    said = f"{rows} roles-and-states, {matrix.cells()} cells.** <!-- cells -->"
    lines[at] = lines[at].split("**")[0].replace("<!-- cells -->", "") + "**" + said
    return "\n".join(lines)


def truth_table() -> str:
    """Return the table of every kind of thing: a line for each state, grouped by answer."""
    parts = [f"*{short}*: {', '.join(some)}  " for short, some in SHORT.items()]
    for kind in matrix.KINDS:
        questions = list(matrix.rows(kind)[0].answers)
        parts += [f"\n### {kind.capitalize()}", f"| {kind} | {' | '.join(questions)} |"]
        parts.append("|---" * (len(questions) + 1) + "|")
        for state in matrix.states(kind):
            cells = [_who(kind, state, question) for question in questions]
            parts.append(f"| {state} | {' | '.join(cells)} |")
    return "\n".join(parts) + "\n"


def _who(kind: str, state: str, question: str) -> str:
    """Return the roles that are answered yes, or those that aren't if they're fewer."""
    rows = [row for row in matrix.rows(kind) if row.state == state]
    said = {row.role: row.answers[question] for row in rows}
    yes = [role for role in said if said[role] == YES]
    others = [role for role in said if said[role] != YES]
    if not others:
        return "all"
    if not yes:
        return "nobody"
    return _short(yes) if len(yes) <= len(others) else "all but " + _short(others)


# Roles that nearly always stand together.
SHORT = {
    "outsiders": ["guest", "suspended member", "staged author", "remote actor"],
    "the silenced": ["silenced member", "silenced trusted member", "member from a banned address"],
    "author by any password": [
        "password that writes",
        "password for news",
        "password for mail",
    ],
    "moderators here": ["moderating group", "moderator from a banned address"],
    "by mail": ["mail key", "moderator's mail key", "administrator's mail key"],
    "whoever sees all boards": [
        "site moderator",
        "administrator",
        "password that reads",
        "system job",
    ],
}


def _short(roles: list[str]) -> str:
    names = list(roles)
    for short, some in SHORT.items():
        if set(some) <= set(names):
            names[names.index(some[0])] = f"*{short}*"
            names = [name for name in names if name not in some]
    return ", ".join(names)


def door_table() -> str:
    """Return the table of doors."""
    lines = ["", "| door | of | GET | POST | guests |", "|---|---|---|---|---|"]
    lines += [
        f"| `{door.door}` | {door.of} | {door.get or '–'} | {door.post or '–'} | {door.guests} |"
        for door in doors().values()
    ]
    return "\n".join(lines) + "\n"


def deed_table() -> str:
    """Return the table of deeds: who does each, and to whom what it's about is missing."""
    lines = ["", "| deed | done by | is missing to |", "|---|---|---|"]
    for deed, said in matrix.at_doors().items():
        done, missing = (
            [role for role in said if said[role] == answer] for answer in ("done", "missing")
        )
        asked = [role for role in said if said[role]]
        by = "all" if done == asked else _short(done) or "nobody"
        lines.append(f"| {deed} | {by} | {_short(missing)} |")
    return "\n".join(lines) + "\n"


def _between(page: str, name: str, drawn_now: str) -> str:
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, rest = page.split(begin)
    return f"{before}{begin}\n{drawn_now}\n{end}{rest.split(end)[1]}"


def main() -> None:
    """Draw the tables in the page."""
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
