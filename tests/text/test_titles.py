"""Titles: what is kept, what is refused, and which ones only repeat their parent's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.errors import BadTitle
from rejoinder.text.titles import MAX_TITLE, NO_TITLE, bare_title, clean_title, echoes, fit_title


def test_white_space_and_line_ends_become_single_spaces():
    assert clean_title("  Council\r\n\tvotes \u00a0 to  close\u2003bridge ") == (
        "Council votes to close bridge"
    )


def test_a_title_is_kept_in_nfc():
    assert clean_title("Cafe\u0301") == "Café"


def test_typographic_marks_and_emoji_stay():
    title = "“No” – says the mayor… 👩\u200d🚀 ❤\ufe0f 1\ufe0f\u20e3"
    assert clean_title(title) == title


def test_a_flag_spelled_with_tags_stays_and_stray_tags_go():
    wales = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
    assert clean_title(f"Up {wales}") == f"Up {wales}"
    assert clean_title("hidden\U000e0068\U000e0069") == "hidden"


def test_joiners_stay_where_a_script_needs_them_and_go_elsewhere():
    assert clean_title("می\u200cخواهم") == "می\u200cخواهم"
    assert clean_title("ක\u0dca\u200dර") == "ක\u0dca\u200dර"
    assert clean_title("pay\u200dpal\u200c") == "paypal"


@pytest.mark.parametrize(
    "junk", ["\u202e", "\u2066", "\u2069", "\u200b", "\ufeff", "\xad", "\x07", "\x7f", "\u2060"]
)
def test_what_can_not_be_seen_is_dropped(junk):
    assert clean_title(f"abc{junk}def") == "abcdef"


@pytest.mark.parametrize("raw", ["", "  \n", "\u200b\u200b", "\u3164", "\u0301", "\u2800"])
def test_a_title_that_shows_nothing_is_refused(raw):
    with pytest.raises(BadTitle, match="needs a title"):
        clean_title(raw)
    assert fit_title(raw) == NO_TITLE


def test_two_hundred_characters_are_taken_and_one_more_is_refused():
    assert clean_title("x" * MAX_TITLE) == "x" * MAX_TITLE
    with pytest.raises(BadTitle, match="201 characters"):
        clean_title("x" * (MAX_TITLE + 1))


def test_unpaired_surrogates_are_refused_and_replaced_on_import():
    with pytest.raises(BadTitle, match="surrogates"):
        clean_title("a\ud800b")
    assert fit_title("a\ud800b") == "a\ufffdb"


def test_an_imported_title_is_cut_with_an_ellipsis_not_inside_a_letter():
    assert fit_title("x" * 300) == "x" * 199 + "…"
    cut = fit_title("x" * 198 + "q\u0323\u0302" * 40)
    assert len(cut) <= MAX_TITLE
    assert cut == "x" * 198 + "…"


def test_marks_piled_on_a_letter_are_cut_down():
    assert len(clean_title("a" + "\u0336\u0321" * 60)) < 12


@given(st.text(max_size=400))
def test_any_imported_title_is_a_clean_one(raw):
    assert clean_title(fit_title(raw)) == fit_title(raw)


@pytest.mark.parametrize(
    "title",
    [
        "Re: Bridge closed",
        "RE: re: bridge  closed",
        "Re[2]: Bridge closed",
        "Re(3): Bridge closed",
        "AW: Bridge closed",
        "Sv: Antw: Bridge\nclosed",
        "[town] Re: Bridge closed",
        "Re: [town] Bridge closed",
        "回复：Bridge closed",
        "Re : Bridge closed",
        "Bridge closed",
    ],
)
def test_a_title_that_repeats_its_parents_echoes_it(title):
    assert echoes(title, "Bridge closed")
    assert echoes(title, "Re: Bridge closed")


@pytest.mark.parametrize(
    "title",
    ["Bridge open", "Re: Bridge open", "Re: Bridge closed (was: x)", "Reopened: Bridge closed", ""],
)
def test_another_title_does_not_echo(title):
    assert not echoes(title, "Bridge closed")


def test_a_later_version_of_a_patch_does_not_echo_the_earlier():
    assert not echoes("[PATCH v2] Fix it", "[PATCH] Fix it")
    assert echoes("Re: [PATCH v2] Fix it", "[PATCH v2] Fix it")


def test_a_bare_title_has_no_answer_marks_but_keeps_its_own_tag():
    assert bare_title("Re: [list] Re[4]: AW: Hello") == "Hello"
    assert bare_title("Re: [PATCH 1/2] Fix it") == "[PATCH 1/2] Fix it"
    assert bare_title("Regarding: it") == "Regarding: it"
    assert bare_title("Re:") == ""
