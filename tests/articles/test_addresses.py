import pytest

from rejoinder.articles.addresses import author


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [
        ("Ada Byron <ada@Example.ORG>", "Ada Byron", "ada@example.org"),
        ('"Byron, Ada" <ada@example.org>', "Byron, Ada", "ada@example.org"),
        ("Byron, Ada <ada@example.org>", "Byron, Ada", "ada@example.org"),
        ('"Ada \\"A.\\" Byron" <ada@example.org>', 'Ada "A." Byron', "ada@example.org"),
        ('"a<b" <ada@example.org>', "a<b", "ada@example.org"),
        ("=?utf-8?Q?Byr=C3=B6n=2C_Ada?= <ada@example.org>", "Byrön, Ada", "ada@example.org"),
        ('"=?utf-8?Q?Byr=C3=B6n?=" <ada@example.org>', "Byrön", "ada@example.org"),
        ("Ada via Libc-alpha <libc@example.org>", "Ada via Libc-alpha", "libc@example.org"),
        ("ada@example.org (Ada Byron)", "Ada Byron", "ada@example.org"),
        ("ada@example.org (Ada (the first) Byron)", "Ada (the first) Byron", "ada@example.org"),
        ("ada at example.org (Ada Byron)", "Ada Byron", "ada@example.org"),
        ("Ada Byron <ada at example.org>", "Ada Byron", "ada@example.org"),
        ("ada at example.org (ada at example.org)", "ada", "ada@example.org"),
        ("ada@example.org", "ada", "ada@example.org"),
        ("<ada@example.org>", "ada", "ada@example.org"),
        ("ada@example.org <ada@example.org>", "ada", "ada@example.org"),
        ("'ada@example.org' <ada@example.org>", "ada", "ada@example.org"),
        ("Ada (ada@example.org) <a@example.org>", "Ada (ada)", "a@example.org"),
        ("ada@example.org, Bob <bob@example.org>", "ada", "ada@example.org"),
        ("Ada <ada@example.org>, Bob <bob@example.org>", "Ada", "ada@example.org"),
        ("Ada <ada@example.org", "Ada", "ada@example.org"),
        ("decwrl!ada (Ada Byron)", "Ada Byron", "decwrl!ada"),
        ("Ada Byron", "Ada Byron", ""),
        ("", "", ""),
        ("<>", "", ""),
    ],
)
def test_authors_are_read_in_all_their_forms(field: str, name: str, address: str) -> None:
    assert author(field) == (name, address)


def test_a_name_never_shows_an_address() -> None:
    for field in (
        "x@y.org",
        "x@y.org <x@y.org>",
        "A x@y.org B <q@y.org>",
        "x at y.org (x at y.org)",
    ):
        name, _ = author(field)
        assert "@" not in name
        assert "y.org" not in name


def test_of_two_addresses_run_together_no_domain_is_in_the_name():
    assert author("tim@ship.example.concierge@quay.example")[0] == "tim"
