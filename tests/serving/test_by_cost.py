"""Guests are limited by what their addresses cost, and by nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse

from rejoinder.limits.addresses import network_of
from rejoinder.limits.asked_from import sender_of
from rejoinder.serving import by_cost
from rejoinder.serving.by_cost import ASKED_AT, LONGEST_WAIT, ByCost
from rejoinder.serving.costs import HALF_LIFE, Costs
from rejoinder.serving.front import Front
from rejoinder.serving.line import FIRST
from rejoinder.serving.pages import Tag
from rejoinder.web.who_sits import session_named

pytestmark = pytest.mark.django_db


class Site:
    """Each page costs a second; a bucket holds ten, and half a second leaks each second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.worked = 0.0
        self.made = 0
        self.members = {"ada" * 8}
        self.looked = 0
        self.waited = 0.0
        self.is_kept = False
        monkeypatch.setattr(by_cost.time, "thread_time", lambda: self.worked)
        monkeypatch.setattr(by_cost.time, "monotonic", lambda: self.now)
        self.costs = Costs(0.5, 10, now=lambda: self.now)
        self.limited = ByCost(
            self._make, self.costs,
            network=lambda environ: network_of(sender_of(environ)),
            session=session_named, is_members=self._is_members, headers=[("X-Sure", "yes")],
        )  # fmt: skip
        self.front = Front(
            self.limited, octets=1_000_000, cookies=["sessionid"], session="sessionid",
            watch=lambda _hear: Trusting(),  # type: ignore[arg-type,return-value]
        )  # fmt: skip

    def _make(self, _environ: Any, start_response: Any) -> Any:
        self.made += 1
        self.worked += 1.0
        response = HttpResponse("a page")
        if self.is_kept:
            response.shown_tags = frozenset({Tag("thread", 1)})  # type: ignore[attr-defined]
        start_response("200 OK", list(response.items()))
        return response

    def _is_members(self, session: str) -> bool:
        self.looked += 1
        return session in self.members

    def ask(
        self, address: str = "192.0.2.1", cookie: str = "", method: str = "GET", **also: Any
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of an answer."""
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": "/t/one", "QUERY_STRING": "",
            "HTTP_HOST": "board", "REMOTE_ADDR": address, ASKED_AT: self.now - self.waited,
            **({"HTTP_COOKIE": cookie} if cookie else {}), **also,
        }  # fmt: skip
        heads: list[Any] = []
        body = b"".join(self.front(environ, lambda *head: heads.append(head)))
        return int(heads[0][0][:3]), dict(heads[0][1]), body

    def statuses(self, count: int, **asked: Any) -> list[int]:
        return [self.ask(**asked)[0] for _number in range(count)]


class Trusting:
    """A watch that nothing ever happens to."""

    def look(self) -> bool:
        return True

    glance = look


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    return Site(monkeypatch)


def test_a_guest_is_refused_once_their_bucket_is_full_and_not_before(site: Site) -> None:
    assert site.statuses(12) == [200] * 10 + [429] * 2
    assert site.made == 10


def test_a_refused_guest_is_told_when_to_come_back_and_is_let_in_then(site: Site) -> None:
    site.statuses(10)
    site.costs.add("192.0.2.1", 3.2)
    status, headers, body = site.ask()
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (429, "7", "no-store")
    assert headers["X-Sure"] == "yes"
    assert headers["Content-Length"] == str(len(body))
    assert b"Come back in 7 seconds" in body
    site.now += 6
    assert site.statuses(1) == [429]
    site.now += 1
    assert site.statuses(1) == [200]


def test_a_refusal_to_head_has_no_body(site: Site) -> None:
    site.statuses(10)
    status, headers, body = site.ask(method="HEAD")
    assert (status, body) == (429, b"")
    assert int(headers["Content-Length"]) > 100


def test_being_refused_makes_the_wait_no_longer(site: Site) -> None:
    site.statuses(10)
    assert {site.ask()[1]["Retry-After"] for _number in range(50)} == {"1"}


def test_what_is_drained_may_be_used_again_and_no_more_than_the_bucket(site: Site) -> None:
    site.statuses(10)
    site.now += 4
    assert site.statuses(3) == [200, 200, 429]
    site.now += 1000
    assert site.statuses(11) == [200] * 10 + [429]


def test_addresses_of_one_ipv6_network_are_one_and_others_are_others(site: Site) -> None:
    for host in range(10):
        assert site.ask(f"2001:db8:0:1::{host + 1:x}")[0] == 200
    assert site.ask("2001:db8:0:1:ffff::1")[0] == 429
    assert site.ask("2001:db8:0:2::1")[0] == 200
    assert site.ask("192.0.2.1")[0] == 200


def test_members_are_not_limited_whoever_else_is_at_their_address(site: Site) -> None:
    site.statuses(10)
    assert site.statuses(20, cookie="sessionid=" + "ada" * 8) == [200] * 20
    assert site.looked == 1
    site.now += by_cost.KNOWN_SECONDS
    site.ask(cookie="sessionid=" + "ada" * 8)
    assert site.looked == 2


def test_members_cost_their_address_nothing(site: Site) -> None:
    site.statuses(20, cookie="sessionid=" + "ada" * 8)
    assert site.statuses(1) == [200]
    assert site.costs.wait("192.0.2.1") == 0


@pytest.mark.parametrize("cookie", ["sessionid=made-up", "xsessionid=" + "ada" * 8, "sessionid="])
def test_a_made_up_cookie_does_not_help(site: Site, cookie: str) -> None:
    assert site.statuses(11, cookie=cookie) == [200] * 10 + [429]


def test_a_name_does_not_help_or_harm(site: Site) -> None:
    site.statuses(10, HTTP_USER_AGENT="GoodBot")
    assert site.statuses(1, HTTP_USER_AGENT="Mozilla/5.0") == [429]


def test_a_page_from_memory_is_everybodys(site: Site) -> None:
    site.is_kept = True
    assert site.statuses(50) == [200] * 50
    assert site.made == 1
    site.costs.add("192.0.2.1", 100)
    assert site.statuses(1) == [200]
    assert site.ask(PATH_INFO="/t/another")[0] == 429


def test_a_forwarded_address_is_believed_of_the_operators_own_proxy_alone(
    site: Site, settings: Any
) -> None:
    settings.PROXIES = 0
    said = [site.ask(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")[0] for number in range(12)]
    assert said == [200] * 10 + [429] * 2
    settings.PROXIES = 1
    assert site.ask(HTTP_X_FORWARDED_FOR="198.51.100.1")[0] == 200
    said = [
        site.ask(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 203.0.113.1")[0]
        for number in range(12)
    ]
    assert said == [200] * 10 + [429] * 2


def test_what_was_typed_is_taken_for_longer_and_not_for_ever(site: Site) -> None:
    site.statuses(10)
    assert site.statuses(11, method="POST") == [200] * 10 + [429]


def test_who_has_cost_more_is_sent_away_first_when_many_wait(site: Site) -> None:
    site.costs.add("192.0.2.1", 6)
    site.costs.add("192.0.2.2", 1)
    site.waited = LONGEST_WAIT / 2
    status, headers, body = site.ask("192.0.2.1")
    assert (status, headers["Retry-After"]) == (503, "5")
    assert b"Busy just now" in body
    assert site.ask("192.0.2.2")[0] == 200
    assert site.ask("192.0.2.1", "sessionid=" + "ada" * 8)[0] == 200


def test_nobody_is_answered_who_waited_too_long_but_members_and_writers(site: Site) -> None:
    site.waited = LONGEST_WAIT
    assert site.ask("192.0.2.9")[0] == 503
    assert site.ask("192.0.2.9", cookie="sessionid=made-up")[0] == 503
    assert site.ask("192.0.2.9", method="POST")[0] == 200
    assert site.ask("192.0.2.9", "sessionid=" + "ada" * 8)[0] == 200


def test_nothing_is_limited_or_counted_when_it_is_off(site: Site) -> None:
    site.costs.a_second = 0
    site.waited = 100
    assert site.statuses(50) == [200] * 50
    assert len(site.costs) == 0


def test_pages_that_the_server_makes_by_itself_count_for_nobody(site: Site) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "REMOTE_ADDR": "", "HTTP_HOST": "board"}
    list(site.front(environ, lambda *_head: None))
    assert site.made == 1
    assert len(site.costs) == 0


def test_an_answer_that_fails_is_counted_too(site: Site) -> None:
    def fail(_environ: Any, _start: Any) -> Any:
        site.worked += 10
        raise RuntimeError("broken")

    site.limited.application = fail
    with pytest.raises(RuntimeError):
        site.ask()
    assert site.costs.wait("192.0.2.1") == 1


def test_the_table_of_addresses_is_bounded_and_forgets_who_was_idle_longest() -> None:
    costs = Costs(0.5, 10, most=100, now=lambda: 0.0)
    costs.add("heavy", 50)
    for number in range(1000):
        costs.add(f"192.0.2.{number}", 0.1)
        costs.add("heavy", 0)
    assert len(costs) == 100
    assert costs.wait("heavy") > 0
    assert costs.wait("192.0.2.0") == 0


def test_the_table_of_known_sessions_is_bounded(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_cost, "MOST_KNOWN", 5)
    site.members = {f"session{number}" for number in range(20)}
    for session in site.members:
        site.ask(cookie=f"sessionid={session}")
    assert len(site.limited._known) == 5


def test_a_member_goes_first_who_was_here_lately_and_nobody_is_asked(site: Site) -> None:
    cookies = {"HTTP_COOKIE": "sessionid=" + "ada" * 8}
    from_there = {"REMOTE_ADDR": "192.0.2.1"}
    assert site.limited.rank(from_there | cookies) > FIRST
    site.ask(cookie=cookies["HTTP_COOKIE"])
    assert site.limited.rank(from_there | cookies) == FIRST
    assert site.limited.rank(from_there | {"HTTP_COOKIE": "sessionid=made-up"}) > FIRST
    assert site.limited.rank(from_there) > FIRST
    site.now += by_cost.KNOWN_SECONDS
    assert site.limited.rank(from_there | cookies) > FIRST
    assert site.looked == 1


def test_of_guests_comes_first_whose_address_costs_least_for_the_time_it_is_known() -> None:
    moment = [1000.0]
    costs = Costs(0.5, 10, now=lambda: moment[0])
    costs.add("reader", 0.02)
    moment[0] += 300
    costs.add("reader", 0.02)
    for _page in range(3):
        costs.add("crawler", 0.02)
    # Their buckets are empty again, and what they cost isn't forgotten.
    moment[0] += 60
    assert costs.rate("reader") < costs.rate("nobody knows") < costs.rate("crawler")
    # Who asks for no more is a reader like others.
    moment[0] += 3 * HALF_LIFE
    assert costs.rate("crawler") < costs.rate("nobody knows")


def test_a_crawler_that_goes_on_costs_no_less_with_time() -> None:
    moment = [1000.0]
    costs = Costs(0.5, 10, now=lambda: moment[0])
    rates = []
    for _hour in range(3):
        for _quarter_of_a_minute in range(240):
            costs.add("crawler", 0.02)
            moment[0] += 15
        rates.append(costs.rate("crawler"))
    assert rates == pytest.approx([rates[0]] * 3, rel=0.1)
    assert rates[0] > costs.rate("nobody knows")
