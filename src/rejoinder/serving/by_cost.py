"""Before the framework: guests whose addresses have cost too much come back later.

Stands behind the pages from memory, which are everybody's always. What is counted is the
processor's time for making answers: who asks for cheap pages may ask often, and whatever a
program calls itself changes nothing.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from html import escape

from django.utils.translation import gettext, ngettext

from rejoinder.serving.costs import Costs
from rejoinder.serving.line import FIRST
from rejoinder.serving.replies import Application, Environ, Headers, StartResponse

# Since when (time.monotonic) a request has waited for a thread.
ASKED_AT = "rejoinder.asked_at"
# The longer guests wait for a thread, the smaller a share of their bucket they may have used;
# past this, in seconds, they are sent away, so that nobody waits for answers to those who left.
# Not sooner: after a start, while no page is in memory yet, readers would rather wait.
LONGEST_WAIT = 3.0
# So much there always is while others are answered.
UNNOTICED_WAIT = 0.1
SOONEST_SECONDS = 5
# Something that was typed is let in for longer. Other limits count it, too.
FOR_WRITING = 2.0
# For how long a session is taken for a member's without asking, and how many there may be.
KNOWN_SECONDS = 600
MOST_KNOWN = 10_000
PAGE = """<!DOCTYPE html>
<html lang="{language}"><meta charset="utf-8"><meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width"><title>{heading}</title>
<h1>{heading}</h1><p>{happened}</p><p>{advice}</p></html>
"""


class ByCost:
    """The WSGI application between the pages from memory and the framework."""

    def __init__(
        self,
        application: Application,
        costs: Costs,
        *,
        network: Callable[[Environ], str],
        session: Callable[[Environ], str],
        is_members: Callable[[str], bool],
        headers: Headers,
        language: str = "en",
    ) -> None:
        """`network` tells whose a request counts as, `session` which session it names, and
        `is_members` whether that's a member's; `headers` are those that every answer has."""
        self.application = application
        self.costs = costs
        self._network = network
        self._session = session
        self._is_members = is_members
        self._headers = headers
        self._language = language
        # When each was found to be a member's session.
        self._known: OrderedDict[str, float] = OrderedDict()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333), and count what it cost if it's a guest's."""
        # What never waited is the server's own, which makes pages before anybody asks.
        if not self.costs.a_second or ASKED_AT not in environ or self._is_known(environ):
            return self.application(environ, start_response)
        network = self._network(environ)
        if seconds := self._wait(network, environ):
            return self._refuse(network, seconds, environ, start_response)
        began = time.thread_time()
        try:
            return self.application(environ, start_response)
        finally:
            self.costs.add(network, time.thread_time() - began)

    def _wait(self, network: str, environ: Environ) -> int:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.costs.wait(network, FOR_WRITING)
        waited: float = time.monotonic() - environ[ASKED_AT]
        share = 1 - waited / LONGEST_WAIT if waited > UNNOTICED_WAIT else 1.0
        return self.costs.wait(network, share)

    def rank(self, environ: Environ) -> float:
        """Return in which order a request comes where many wait (serving/line.py): members who
        were here lately before all, then whose address costs least. Asks nobody."""
        if self._is_fresh(self._session(environ)):
            return FIRST
        return self.costs.rate(self._network(environ))

    def _is_fresh(self, session: str) -> bool:
        found = self._known.get(session) if session else None
        return found is not None and time.monotonic() < found + KNOWN_SECONDS

    def _is_known(self, environ: Environ) -> bool:
        """Tell whether it's a member's: by a session that there is, not by a cookie alone."""
        session = self._session(environ)
        if not session:
            return False
        if self._is_fresh(session):
            return True
        if not self._is_members(session):
            return False
        self._known[session] = time.monotonic()
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return True

    def _refuse(
        self, network: str, seconds: int, environ: Environ, start_response: StartResponse
    ) -> list[bytes]:
        is_own = self.costs.wait(network) > 0
        if is_own:
            status, heading = "429 Too Many Requests", gettext("Too much at once")
            happened = gettext(
                "Pages were asked for from your network address faster than this site can make "
                "them for one reader. Others at the same address count, too."
            )
        else:
            status, heading = "503 Service Unavailable", gettext("Busy just now")
            happened = gettext("More is asked for at this moment than this site can make.")
            seconds = max(seconds, SOONEST_SECONDS)
        advice = ngettext(
            "Come back in %(seconds)s second. Members who are signed in can go on.",
            "Come back in %(seconds)s seconds. Members who are signed in can go on.",
            seconds,
        )
        words = (heading, happened, advice % {"seconds": seconds})
        body = _page(self._language, *words)
        start_response(
            status,
            [
                *self._headers,
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                ("Retry-After", str(seconds)),
            ],
        )
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _page(language: str, *words: str) -> bytes:
    heading, happened, advice = map(escape, words)
    return PAGE.format(
        language=language, heading=heading, happened=happened, advice=advice
    ).encode()
