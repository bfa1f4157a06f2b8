"""What an import tells when it's done: how much there was, and what was skipped and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """The counts of one import. Kept as JSON between batches, so that it survives a break."""

    pieces: int = 0
    posts: int = 0
    repeated: int = 0
    filled_places: int = 0
    superseded: int = 0
    attachments: int = 0
    loops: int = 0
    other_boards: int = 0
    undated: int = 0
    # At the end: threads the board gained, and its empty places.
    threads: int = 0
    missing: int = 0
    # What was read although something was wrong with it, by what was wrong.
    faults: Counter[str] = field(default_factory=Counter)
    # What wasn't taken: where, and why.
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the counts as JSON keeps them."""
        return {**vars(self), "faults": dict(self.faults)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Report:
        """Return the counts that were kept."""
        report = cls(**kept)
        report.faults = Counter(kept["faults"])
        report.skipped = [(where, why) for where, why in kept["skipped"]]
        return report

    def lines(self, *, most_skipped: int | None = None) -> list[str]:
        """Return the report as lines to print; with a bound, the first skipped ones only."""
        counts = [
            (self.pieces, "messages found"),
            (self.posts, "posts added"),
            (self.threads, "threads they make"),
            (self.missing, "empty places now, for posts that are answered but not here"),
            (self.repeated, "repeated ids: here already, left as they are"),
            (self.filled_places, "found the empty place that their answers had kept"),
            (self.superseded, "replaced an earlier version of themselves"),
            (self.attachments, "attachments kept"),
            (self.undated, "without a usable date: dated like the message before"),
            (self.loops, "whose references go in a circle, cut there"),
            (self.other_boards, "that answer a post on another board: threads of their own here"),
            (len(self.skipped), "skipped"),
        ]
        shown = [f"{count:>9,}  {what}" for count, what in counts if count or what in _ALWAYS]
        skipped = self.skipped if most_skipped is None else self.skipped[:most_skipped]
        shown += [f"           {where}: {why}" for where, why in skipped]
        if len(skipped) < len(self.skipped):
            shown.append(f"           … and {len(self.skipped) - len(skipped):,} more")
        if self.faults:
            shown.append(f"{self.faults.total():>9,}  faults found and read all the same:")
            shown += [f"{count:>16,}  {fault}" for fault, count in self.faults.most_common()]
        return shown


_ALWAYS = {"messages found", "posts added", "skipped"}
