import pytest

from rejoinder.articles.ids import ancestors, derived_id, is_usable, normalise, own_id


@pytest.mark.parametrize("good", ["a@b", "x.y+z=1/2@host", "a@[127.0.0.1]", "a@" + "b" * 246])
def test_an_id_with_both_sides_is_usable(good: str) -> None:
    assert is_usable(good)


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        "a",
        "@b",
        "a@",
        "a@b@c",
        "a b@c",
        "a@b\n",
        "ä@b",
        "<a@b>",
        "a\x00@b",
        "a@" + "b" * 247,
    ],
)
def test_other_ids_are_not(bad: str | None) -> None:
    assert not is_usable(bad)


def test_a_derived_id_is_usable_and_the_same_for_the_same_message() -> None:
    first = derived_id(b"Subject: x\n\nbody\n", "k3v9")
    assert is_usable(first)
    assert first == derived_id(b"Subject: x\r\n\r\nbody\r\n\r\n", "k3v9")
    assert first != derived_id(b"Subject: x\n\nbody!\n", "k3v9")
    assert first.endswith("@derived.k3v9")


def test_ids_are_compared_without_brackets_and_folds() -> None:
    assert normalise(" <a@\n b> ") == "a@b"


@pytest.mark.parametrize(
    ("field", "found"),
    [("<a@b>", "a@b"), ("a@b", "a@b"), ("<a@b> (added by x@y)", "a@b"), ("<>", None), ("", None)],
)
def test_an_own_id_is_found(field: str, found: str | None) -> None:
    assert own_id(field) == found


@pytest.mark.parametrize(
    ("references", "in_reply_to", "expected"),
    [
        ("", "", ()),
        ("<a@x> <b@x>", "", ("a@x", "b@x")),
        ("<a@x><b@x>", "<b@x>", ("a@x", "b@x")),
        ("a@x b@x", "", ("a@x", "b@x")),
        ("<a@x> <b@x>", "<a@x>", ("a@x", "b@x")),
        ("<a@x>", "<b@x>", ("a@x", "b@x")),
        ("", "<a@x> <b@x>", ("a@x",)),
        ("<a@x> <own@x> <b@x>", "", ("a@x", "b@x")),
        ("<a@x> <b@x> <a@x>", "", ("b@x", "a@x")),
        ("<a@x> <a@x> <b@x>", "", ("a@x", "b@x")),
        ("<a@x> <yes>", "", ("a@x",)),
        ("", "yes", ()),
        ("<cut-off@x> <b@", "", ("cut-off@x",)),
        (
            "",
            'Message from Joe <joe@x.org> of "Mon, 1 Jan" <199801.AA1@x.org>',
            ("199801.AA1@x.org",),
        ),
        ("", 'Your message of "Mon, 1 Jan" <199801.AA1@x.org>', ("199801.AA1@x.org",)),
        ("", '<id@x.org> from "Joe" at Oct 7, 98 02:41:24 am', ("id@x.org",)),
        ("", '<id@x.org> (Joe <joe@x.org>\'s message of "Tue")', ("id@x.org",)),
        ("", "Joe Doe <joe@x.org>'s message of 29 Apr 1993", ()),
        ("", "joe@x.org's message of 29 Apr 1993 13:31:32", ()),
        ("", "someone@example.org", ()),
        ("", "cd713426-17de-6606@example.org", ("cd713426-17de-6606@example.org",)),
        ("", "<9181f493-df49-4af5-8ad2-e1a8eb692a98>", ("9181f493-df49-4af5-8ad2-e1a8eb692a98",)),
    ],
)
def test_ancestors_run_from_the_oldest_to_the_parent(
    references: str, in_reply_to: str, expected: tuple[str, ...]
) -> None:
    assert ancestors(references, in_reply_to, "own@x") == expected


def test_the_nearest_of_many_ancestors_are_kept() -> None:
    field = " ".join(f"<{number}@x>" for number in range(2_000))
    found = ancestors(field, "", None)
    assert (len(found), found[-1]) == (500, "1999@x")
