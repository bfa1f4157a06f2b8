"""When a message was written, as far as its headers can be believed."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from rejoinder.articles.article import DateSource, Faults

# Before this there was no Internet mail to import; such dates come from unset clocks.
_EARLIEST = datetime(1980, 1, 2, tzinfo=UTC)
# A message can't be written after it was received; a day for clocks and zones.
_SLACK = timedelta(days=1)
# Zones run from -12 to +14 hours; more is a broken one.
_WIDEST_ZONE = timedelta(hours=15)
_MAX_DATE_CHARACTERS = 200

# Zones seen in mail that RFC 5322 section 4.3 doesn't name; those that mean two things left out.
_ZONES = {
    "CET": 1,
    "MET": 1,
    "MEZ": 1,
    "CEST": 2,
    "MEST": 2,
    "MESZ": 2,
    "MET DST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "MSD": 4,
    "WEST": 1,
    "JST": 9,
    "KST": 9,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
    "NZDT": 13,
}
_ISO = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)(?:[T ]+(\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?"
)
_DAY_ONLY = re.compile(r"(?:[A-Za-z]{3,9},?\s+)?(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{2,5})\s*\Z")
# The end of an mbox From_ line: "Mon Jan  1 10:20[:51] [zone] 2014 [zone]".
_ENVELOPE = re.compile(
    r"\b([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d{1,2}):(\d\d)(?::(\d\d))?"
    r"(?:\s+([A-Z]{1,5}(?: DST)?|[+-]\d{4}))?\s+(\d{2,4})(?:\s+([+-]\d{4}))?\s*\Z"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NUMERIC_ZONE = re.compile(r"[+-]\d{4}\b")
_NAMED_ZONE = re.compile(r"\b([A-Z]{2,4}(?: DST)?)\b\)?\s*\Z")


def written_at(
    date: str, received: list[str], envelope: str, now: datetime, faults: Faults
) -> tuple[datetime | None, DateSource | None]:
    """Return when a message was written, aware and in UTC, and which header said so.

    The Date header counts unless it can't be read, is from before there was mail, or lies more
    than a day after the message was received; then the first receipt, then the mbox's From_
    line. `received` runs from the top, the last hop, down to the first.
    """
    receipts = [parsed for field in received if (parsed := _receipt(field, now))]
    first_receipt = min(receipts) if receipts else None
    enveloped = parse_envelope_date(envelope)
    if enveloped and not _EARLIEST <= enveloped <= now + _SLACK:
        enveloped = None
    latest = (first_receipt or enveloped or now) + _SLACK
    parsed = parse_date(date) if date else None
    wrong = _what_is_wrong(date, parsed, latest)
    if wrong is None:
        return parsed, "date"
    if first_receipt:
        faults.note(f"{wrong}; taken from Received")
        return first_receipt, "received"
    if enveloped:
        faults.note(f"{wrong}; taken from the mbox's From line")
        return enveloped, "envelope"
    faults.note(f"{wrong}; no other date found")
    return None, None


def _what_is_wrong(date: str, parsed: datetime | None, latest: datetime) -> str | None:
    if not date:
        return "no Date"
    if parsed is None:
        return "Date can't be read"
    if parsed < _EARLIEST:
        return "Date before 1980"
    if parsed > latest:
        return "Date in the future"
    return None


def _receipt(field: str, now: datetime) -> datetime | None:
    """Return the date of a Received field: what follows its last semicolon (RFC 5322 3.6.7)."""
    parsed = parse_date(field.rpartition(";")[2])
    return parsed if parsed and _EARLIEST <= parsed <= now + _SLACK else None


def parse_date(text: str) -> datetime | None:
    """Return a Date header's moment in UTC, or None if it can't be read.

    Two- and three-digit years, missing seconds, ISO 8601 and dates without a time are read;
    an unknown or impossible zone counts as UTC. Source: RFC 5322 sections 3.3 and 4.3.
    """
    text = text[:_MAX_DATE_CHARACTERS]
    iso = _ISO.match(text)
    if iso:
        clock = (int(iso[4] or 0), int(iso[5] or 0), int(iso[6] or 0))
        return _moment((int(iso[1]), int(iso[2]), int(iso[3])), clock, _iso_zone(iso[7]))
    day = _DAY_ONLY.match(text.strip())
    if day and day[2].title() in _MONTHS:
        month = _MONTHS.index(day[2].title()) + 1
        return _moment((int(day[3]), month, int(day[1])), (0, 0, 0), timedelta())
    try:
        parsed = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if parsed is None:
        return None
    zone = timedelta(seconds=parsed[9] or 0)
    if not zone and not _NUMERIC_ZONE.search(text):
        zone = _named_zone(text)
    return _moment(parsed[0:3], parsed[3:6], zone)


def parse_envelope_date(line: str) -> datetime | None:
    """Return the moment at the end of an mbox From_ line; without a zone it counts as UTC."""
    found = _ENVELOPE.search(line[-_MAX_DATE_CHARACTERS:])
    if not found or found[1] not in _MONTHS:
        return None
    zone = found[8] or found[6] or ""
    offset = _iso_zone(zone) if zone[:1] in ("+", "-") else _named_zone(zone)
    clock = (int(found[3]), int(found[4]), int(found[5] or 0))
    return _moment((int(found[7]), _MONTHS.index(found[1]) + 1, int(found[2])), clock, offset)


def _named_zone(text: str) -> timedelta:
    found = _NAMED_ZONE.search(text)
    if not found:
        return timedelta()
    if found[1] in _ZONES:
        return timedelta(hours=_ZONES[found[1]])
    american = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8}
    return timedelta(hours=american.get(found[1], -7 if found[1] == "PDT" else 0))


def _iso_zone(text: str | None) -> timedelta:
    if not text or text == "Z":
        return timedelta()
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if text[0] == "-" else offset


def _full_year(year: int) -> int:
    """Return the year meant by two or three digits, or by "19100", as programs wrote in 2000."""
    if year < 50:
        return year + 2000
    if year < 1000:
        return year + 1900
    return year - 17_100 if 19_100 <= year < 19_200 else year


def _moment(
    day: tuple[int, int, int], clock: tuple[int, int, int], zone: timedelta
) -> datetime | None:
    """Return a moment in UTC, or None for one that the calendar doesn't have."""
    if abs(zone) > _WIDEST_ZONE:
        zone = timedelta()
    (year, month, of_month), (hour, minute, second) = day, clock
    try:
        local = datetime(
            _full_year(year), month, of_month, hour, minute, min(second, 59), tzinfo=timezone(zone)
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
