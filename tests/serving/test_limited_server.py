"""A server limits by what was really done: the thread's work, for the connection's address."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

from tests.live import LiveSite

# Far more than a second of work is made of, and few enough to end.
MOST = 5000


def ask(site: LiveSite, path: str, **headers: str) -> tuple[int, str]:
    """Return the status of an answer, and when to come back."""
    request = urllib.request.Request(site.url + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("Retry-After", "")


def test_a_server_sends_away_who_cost_too_much_and_serves_what_it_has(
    start_site: Callable[..., LiveSite],
) -> None:
    limits = {"REJOINDER_GUEST_WORK": "1", "REJOINDER_GUEST_BURST": "1"}
    site = start_site(environ=limits)
    assert ask(site, "/")[0] == 200
    for number in range(MOST):
        status, retry_after = ask(
            site, f"/account/login/?{number}", **{"X-Forwarded-For": f"192.0.2.{number % 250}"}
        )
        if status != 200:
            break
    assert status == 429
    assert int(retry_after) >= 1
    # A little may have drained meanwhile: enough for one page, and not for three.
    made_up = {ask(site, "/account/login/", Cookie=f"sessionid={n:032}")[0] for n in range(3)}
    assert 429 in made_up
    # From memory.
    assert ask(site, "/")[0] == 200
