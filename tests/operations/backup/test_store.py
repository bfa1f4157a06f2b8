"""The folder of backups: what is kept, what is told of damage, and what no list may name."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.errors import BadInput, RejoinderError, Unavailable
from rejoinder.operations.backup import (
    cut,
    dumps,
    give_back,
    lists,
    retention,
    seal,
    store,
    tarball,
)
from rejoinder.operations.backup.lists import Backup, Part
from rejoinder.operations.backup.store import Store
from rejoinder.operations.backup.take import part_of

CONTENT = b"The harbour opens again. " * 50_000


def backup_of(*parts: Part) -> Backup:
    return Backup("2026-01-02T03:04:05Z", "1", "sqlite", parts, {"threads_post": 3})


def filled(folder: Path, sealed: seal.Seal | None = None) -> tuple[Store, str]:
    kept = Store.open(folder, sealed or seal.Plain(), may_be_new=True)
    parts = [
        part_of(kept, lists.DATABASE, cut.by_size(io.BytesIO(CONTENT))),
        part_of(kept, "files/ab/" + "ab" * 32, cut.by_size(io.BytesIO(b"a picture"))),
    ]
    return kept, kept.write(backup_of(*parts))


def pieces(folder: Path) -> list[Path]:
    return sorted((folder / "pieces").glob("*/*"))


@pytest.fixture(params=["open", "enciphered"])
def sealed(request: pytest.FixtureRequest, tmp_path: Path) -> seal.Seal:
    if request.param == "open":
        return seal.Plain()
    seal.make_key(tmp_path / "key")
    return seal.with_key(tmp_path / "key")


def test_what_was_kept_comes_back_and_takes_its_room_once(
    tmp_path: Path, sealed: seal.Seal
) -> None:
    kept, name = filled(tmp_path / "b", sealed)
    once = kept.new_octets
    filled(tmp_path / "b", sealed)
    again = Store.open(tmp_path / "b", sealed)
    give_back.give_back(again, again.read(name), tmp_path / "site")
    assert (tmp_path / "site" / lists.DATABASE).read_bytes() == CONTENT
    assert (tmp_path / "site" / "files" / "ab" / ("ab" * 32)).read_bytes() == b"a picture"
    assert again.names() == [name, f"{name}-2"]
    assert sum(path.stat().st_size for path in pieces(tmp_path / "b")) == once


def test_nothing_enciphered_can_be_read_or_guessed(tmp_path: Path) -> None:
    seal.make_key(tmp_path / "key")
    filled(tmp_path / "b", seal.with_key(tmp_path / "key"))
    plain_names = {seal.Plain().name(b"a picture"), seal.Plain().name(CONTENT[: cut.PIECE_OCTETS])}
    for path in (tmp_path / "b").rglob("*"):
        assert path.name not in plain_names
        if path.is_file():
            content = path.read_bytes()
            assert b"a picture" not in content
            assert b"threads_post" not in content
            assert b"\x28\xb5\x2f\xfd" not in content[:4], "zstd's mark"
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["changed", "cut", "emptied", "swapped", "missing"])
def test_a_damaged_piece_is_told_and_nothing_is_made_of_it(
    tmp_path: Path, sealed: seal.Seal, damage: str
) -> None:
    kept, name = filled(tmp_path / "b", sealed)
    one, other, *_more = pieces(tmp_path / "b")
    content = bytearray(one.read_bytes())
    if damage == "changed":
        content[len(content) // 2] ^= 1
        one.write_bytes(content)
    elif damage == "swapped":
        one.write_bytes(other.read_bytes())
    elif damage == "missing":
        one.unlink()
    else:
        one.write_bytes(content[: 10 if damage == "cut" else 0])
    with pytest.raises(Unavailable):
        give_back.give_back(kept, kept.read(name), tmp_path / "site")
    assert not (tmp_path / "site").exists()
    assert [path.name for path in tmp_path.iterdir() if "restoring" in path.name] == []


def test_a_damaged_list_is_told(tmp_path: Path, sealed: seal.Seal) -> None:
    kept, name = filled(tmp_path / "b", sealed)
    path = tmp_path / "b" / "lists" / name
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(Unavailable, match="damaged"):
        kept.read(name)


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "a/../../b", "a//b", ".", "", "a\0b", "a\\..\\b", "./a"],
)
def test_a_list_that_names_a_file_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    kept, _name = filled(tmp_path / "b")
    bad = kept.write(backup_of(Part(name, 0, "", ())))
    with pytest.raises(Unavailable, match="outside"):
        kept.read(bad)


def test_a_list_whose_pieces_are_paths_is_refused(tmp_path: Path) -> None:
    kept, _name = filled(tmp_path / "b")
    bad = kept.write(backup_of(Part("x", 0, "", ("../../../etc/passwd",))))
    with pytest.raises(Unavailable, match="damaged"):
        kept.read(bad)


def test_other_keys_and_folders_are_told_apart(tmp_path: Path) -> None:
    for name in ("one", "two"):
        seal.make_key(tmp_path / name)
    one, two = (seal.with_key(tmp_path / name) for name in ("one", "two"))
    filled(tmp_path / "open")
    filled(tmp_path / "closed", one)
    for folder, sealed, said in [
        ("open", one, "have no key"),
        ("closed", seal.Plain(), "name their --key"),
        ("closed", two, "another key"),
        ("nothing", one, "no backups"),
    ]:
        with pytest.raises(BadInput, match=said):
            Store.open(tmp_path / folder, sealed)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("Dear")
    with pytest.raises(BadInput, match="something else"):
        Store.open(tmp_path / "letters", one, may_be_new=True)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"rejoinder-backup-key-1:00ff", b"x" * 64])
def test_a_file_that_is_no_key_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(BadInput, match="holds no key"):
        seal.with_key(tmp_path / "key")
    with pytest.raises(BadInput, match="never written over"):
        seal.make_key(tmp_path / "key")


def test_two_backups_at_once_wait_for_each_other(tmp_path: Path) -> None:
    kept, _name = filled(tmp_path / "b")
    with (
        kept.locked(),
        pytest.raises(Unavailable, match="running"),
        Store.open(tmp_path / "b", seal.Plain()).locked(),
    ):
        pass


def test_a_target_that_holds_anything_is_left_alone(tmp_path: Path) -> None:
    kept, name = filled(tmp_path / "b")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "mine").write_text("mine")
    with pytest.raises(BadInput, match="holds something"):
        give_back.give_back(kept, kept.read(name), tmp_path / "site")
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["mine"]


def test_what_no_backup_needs_is_freed_and_the_rest_is_whole(tmp_path: Path) -> None:
    kept, first = filled(tmp_path / "b")
    own = part_of(kept, "own", iter([b"only here"]))
    second = kept.write(replace(kept.read(first), parts=(own, *kept.read(first).parts)))
    before = len(pieces(tmp_path / "b"))
    assert kept.forget([second]) > 0
    assert len(pieces(tmp_path / "b")) == before - 1
    give_back.give_back(kept, kept.read(first), tmp_path / "site")


# ----- Cutting -----


@given(st.lists(st.binary(max_size=50)), st.integers(0, 50), st.binary(max_size=30))
def test_a_row_that_comes_in_changes_one_piece_of_a_dump(
    rows: list[bytes], place: int, new: bytes
) -> None:
    lines = [row.replace(b"\n", b" ") + b"\n" for row in rows] * 40
    before = list(cut.by_lines(io.BytesIO(b"".join(lines))))
    lines.insert(min(place, len(lines)), new.replace(b"\n", b" ") + b"\n")
    after = list(cut.by_lines(io.BytesIO(b"".join(lines))))
    assert b"".join(after) == b"".join(lines)
    assert len(set(after) - set(before)) <= 2


def test_a_long_dump_is_cut_and_one_row_changes_little_of_it() -> None:
    lines = [
        b"%d\tThe harbour opens again, says number %d\n" % (n, n * 7919) for n in range(90_000)
    ]
    before = list(cut.by_lines(io.BytesIO(b"".join(lines))))
    assert len(before) > 20
    lines.insert(45_000, b"and one more\n")
    after = list(cut.by_lines(io.BytesIO(b"".join(lines))))
    assert len(set(after) - set(before)) <= 2


# ----- Which are kept -----

DAYS = [f"2026-{month:02}-{day:02}T030000Z" for month in range(1, 13) for day in range(1, 29)]


def test_the_newest_of_each_period_is_kept() -> None:
    kept = sorted(set(DAYS) - set(retention.superfluous(DAYS, "3d 2m")))
    assert kept == [
        "2026-11-28T030000Z", "2026-12-26T030000Z", "2026-12-27T030000Z", "2026-12-28T030000Z",
    ]  # fmt: skip
    assert retention.superfluous(DAYS[-1:], "1y") == []
    twice = [*DAYS[-1:], DAYS[-1] + "-2"]
    assert retention.superfluous(twice, "1d") == DAYS[-1:]


@pytest.mark.parametrize("rule", ["", "7", "d", "-1d", "7 d", "0d", "7d 4x", "99999d"])
def test_a_rule_that_is_none_is_told(rule: str) -> None:
    with pytest.raises(BadInput, match="7d 4w 12m"):
        retention.superfluous(DAYS, rule)


# ----- One file -----


def test_a_backup_in_one_file_comes_back(tmp_path: Path) -> None:
    archive = tmp_path / "site.tar"
    with tarball.being_made(archive) as folder:
        filled(folder)
    with tarball.opened(archive, tmp_path) as folder:
        kept = Store.open(folder, seal.Plain())
        give_back.give_back(kept, kept.read(kept.names()[0]), tmp_path / "site")
    assert (tmp_path / "site" / lists.DATABASE).read_bytes() == CONTENT
    with pytest.raises(BadInput, match="never written over"), tarball.being_made(archive):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "site.tar"]


def test_a_broken_off_backup_leaves_no_file(tmp_path: Path) -> None:
    def broken_off() -> None:
        with tarball.being_made(tmp_path / "site.tar") as folder:
            filled(folder)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert list(tmp_path.iterdir()) == []


def _member(name: str, **how: object) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    for key, value in how.items():
        setattr(member, key, value)
    return member


@pytest.mark.parametrize(
    "member",
    [
        _member("../evil"),
        _member("/tmp/evil"),
        _member("pieces/../../evil"),
        _member("lists/x"),
        _member(store.MARK, type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        _member("pieces/aa/" + "a" * 64, type=tarfile.LNKTYPE, linkname="../../x"),
        _member("pieces", type=tarfile.DIRTYPE),
        _member(store.MARK, type=tarfile.FIFOTYPE),
    ],
    ids=lambda member: f"{member.name[:20]} {member.type!r}",
)
def test_an_archive_with_anything_else_in_it_is_refused(
    tmp_path: Path, member: tarfile.TarInfo
) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.addfile(member, io.BytesIO(b""))
    (tmp_path / "in").mkdir()
    with (
        pytest.raises(RejoinderError, match="no backup does"),
        tarball.opened(tmp_path / "evil.tar", tmp_path / "in"),
    ):
        pass
    assert list((tmp_path / "in").iterdir()) == []


def test_a_file_that_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("Dear")
    with pytest.raises(BadInput, match="no archive"), tarball.opened(tmp_path / "x.tar", tmp_path):
        pass


def test_a_later_format_is_told(tmp_path: Path) -> None:
    _kept, _name = filled(tmp_path / "b")
    mark = tmp_path / "b" / store.MARK
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"format": 2}))
    with pytest.raises(BadInput, match="later Rejoinder"):
        Store.open(tmp_path / "b", seal.Plain())


def test_a_dump_that_was_read_back_is_compared_row_by_row() -> None:
    dump = (
        b"-- Name: t; Type: TABLE\nCREATE TABLE t (a text CHECK (a = 'x'::text));\n"
        b"COPY public.t (a) FROM stdin;\nx\n-- y\n\\.\nSELECT pg_catalog.setval('s', 3, true);\n"
    )
    stays = list(dumps.lines_that_stay(io.BytesIO(dump)))
    assert stays == [
        b"-- Name: t; Type: TABLE\n", b"x\n", b"-- y\n", b"\\.\n",
        b"SELECT pg_catalog.setval('s', 3, true);\n",
    ]  # fmt: skip
