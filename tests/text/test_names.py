"""Display names in any script, and the look-alikes among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.errors import BadName
from rejoinder.text.handles import RESERVED, check_handle, handle_from
from rejoinder.text.names import clean_name, look_key


@pytest.mark.parametrize(
    "name",
    [
        "crash davis",
        "Олена",
        "李小龍",
        "José Ñuñez-O'Brien Jr.",
        "محمد",
        "דוד",
        "สมชาย",
        "श्रीमती",
        "김철수",
        "Nguyễn Thị Minh",
        "x",
        "Anna 🦀",
        "7of9",
        "نیک\u200cپی",
    ],
)
def test_an_honest_name_is_kept(name):
    assert clean_name(name) == name


def test_a_name_is_normalised():
    assert clean_name("  Ame\u0301lie \n\t Pou\u200blain\u202e ") == "Amélie Poulain"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "give a name"),
        ("\u200b", "give a name"),
        ("x" * 61, "61 characters"),
        ("...", "letter or digit"),
        ("🦀🦀", "letter or digit"),
        ("\u0301", "letter or digit"),
        ("anna@example.org", "mail address"),
        ("anna [at] example.org", "mail address"),
        ("https://example.org", "web address"),
        ("www.example.org", "web address"),
        ("buy-things.com", "web address"),
        ("javascript:alert", "web address"),
        ("a" + "\u0336" * 9, "too many marks"),
        ("a\udfff", "broken"),
    ],
)
def test_what_is_no_name_is_refused_and_told_why(raw, why):
    with pytest.raises(BadName, match=why):
        clean_name(raw)


def test_initials_and_dots_are_no_web_address():
    assert clean_name("J. R. R. Tolkien") == "J. R. R. Tolkien"
    assert clean_name("St.John") == "St.John"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("crash davis", "crаsh davis"),  # Cyrillic а
        ("crash davis", "Crash  Davis"),
        ("crash davis", "crash-davis"),
        ("crash davis", "crash_davis."),
        ("paypal", "paypaI"),  # capital i
        ("PAYPAL", "paypa1"),
        ("modern", "modem"),
        ("Bob", "ВОВ"),  # Cyrillic capitals
        ("Nick", "Νick"),  # Greek capital nu
        ("eva", "eνa"),  # Greek small nu
        ("АННА", "AHHA"),
        ("анна", "Анна"),
        ("Νίκη", "νίκη"),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("Bob", "Ｂｏｂ"),
        ("Bob", "𝐁𝐨𝐛"),
        ("O0o", "oo0"),
        ("window", "vvindovv"),
        ("José", "Jose\u0301"),
        ("ﺃحمد", "أحمد"),
    ],
)
def test_names_that_look_alike_have_one_key(one, other):
    assert look_key(one) == look_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nina", "Vina"),
        ("Anna", "Hanna"),
        ("Hanna", "Nanna"),
        ("Yuri", "Uri"),
        ("Marta", "Martha"),
        ("José", "Jose"),
        ("Müller", "Muller"),
        ("Олена", "Олег"),
        ("Нина", "Тина"),
        ("Иван", "Йван"),
        ("Νίκη", "Ήβη"),
        ("أحمد", "محمد"),
        ("דוד", "דויד"),
        ("李雷", "韩梅梅"),
        ("田中", "中田"),
        ("김철수", "김철호"),
        ("สมชาย", "สมหญิง"),
        ("राम", "श्याम"),
        ("Anna 🦀", "Anna 🐍"),
        ("Bob 2", "Bob 3"),
    ],
)
def test_honest_names_are_not_taken_for_each_other(one, other):
    assert look_key(one) != look_key(other)


def test_mixed_cyrillic_and_latin_forms_of_one_name_have_one_key():
    assert look_key("Олена") == look_key("Олeна")  # the second with a Latin e


@given(st.text(min_size=1, max_size=80))
def test_every_string_has_a_key_and_a_handle(name):
    assert look_key(name) == look_key(name)
    check_handle(handle_from(name))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_a_clean_name_stays_clean(raw):
    try:
        name = clean_name(raw)
    except BadName:
        return
    assert clean_name(name) == name


@given(st.text(alphabet="abcijlmnoruvwIOL01 ", min_size=1, max_size=20))
def test_case_never_tells_names_apart(name):
    assert look_key(name) == look_key(name.upper()) == look_key(name.lower())


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("crash davis", "crash-davis"),
        ("Олена", "olena"),
        ("Łukasz O'Brien", "lukasz-obrien"),
        ("李雷", "lilei"),
        ("…", "member-1"),
        ("", "member-1"),
        ("Admin", "admin-1"),
    ],
)
def test_a_handle_spells_the_name_in_ascii(name, handle):
    assert handle_from(name) == handle


@pytest.mark.parametrize("handle", ["", "-a", "a-", "A", "a b", "ä", "a" * 41, "a\n", "postmaster"])
def test_a_bad_or_reserved_handle_is_refused(handle):
    with pytest.raises(BadName):
        check_handle(handle)


def test_the_usual_mailboxes_are_reserved():
    assert {"abuse", "postmaster", "webmaster", "root", "admin", "www"} <= RESERVED
