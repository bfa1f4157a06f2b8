"""Message-IDs: which can be used, what stands in for the others, and those in References."""

import hashlib
import re

# RFC 5536 section 3.1.3: at most 250 octets, the brackets counted.
MAX_ID_OCTETS = 250
# A thread of hundreds repeats hundreds of ids in each References; the nearest matter.
MAX_ANCESTORS = 500
# RFC 5322 section 2.1.1 bounds a line, and so an id, to this.
_MAX_FOUND_ID = 998

_USABLE = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")
_WITH_AT = re.compile(r"[^\s@]+@[^\s]+")
_BRACKETED = re.compile(r"<([^<>]*)>")
_SPACES = re.compile(r"\s+")
# "Message from Joe <joe@example.org> of 'date'", "Joe <joe@example.org>'s message of …"
_ADDRESS_BEFORE = re.compile(r"\bfrom:?\b[^<>;]*\Z", re.IGNORECASE)
_ADDRESS_AFTER = re.compile(r"\s*(?:'s\b|’s\b|wrote\b|writes\b|of\b)", re.IGNORECASE)
_MADE_UP_LOCAL_PART = re.compile(r"(?=.*\d)\S{10,}")


def is_usable(message_id: str | None) -> bool:
    """Tell whether an id (without brackets) can name a post at every door.

    One @ with something on both sides, printable ASCII without blanks or angle brackets, and
    at most 250 octets with its brackets. Source: RFC 5536 section 3.1.3, RFC 3977 section 3.6.
    """
    return (
        message_id is not None
        and len(message_id) <= MAX_ID_OCTETS - 2
        and _USABLE.fullmatch(message_id) is not None
    )


def normalise(written: str) -> str:
    """Return an id as it is compared: without brackets, and without the blanks of folding."""
    found = _BRACKETED.search(written)
    return _SPACES.sub("", found[1] if found else written.strip("<> \t\r\n"))[:_MAX_FOUND_ID]


def derived_id(raw: bytes, label: str) -> str:
    """Return the id of a message that has no usable one: the same octets give the same id.

    Line ends and trailing blank lines don't count, since archives differ in them. `label` is
    the installation's random label, which becomes the domain; never an address in use.
    """
    content = raw.replace(b"\r\n", b"\n").rstrip(b"\r\n")
    return f"{hashlib.sha256(content).hexdigest()[:40]}@derived.{label}"


def own_id(field: str) -> str | None:
    """Return the id that a Message-ID field gives, without brackets, as found; None if none.

    Blanks inside are kept, so that the caller sees that the id is unusable.
    """
    bracketed = _BRACKETED.search(field)
    found = bracketed[1] if bracketed else field.strip("<> \t")
    return found.strip()[:_MAX_FOUND_ID] or None


def ids_in_references(field: str) -> list[str]:
    """Return the ids of a References field, oldest first.

    Ids without brackets are taken too, if the field holds no bracketed one.
    """
    found = [normalise(each) for each in _BRACKETED.findall(field)]
    if not found:
        found = field.split()
    return [each for each in found if looks_like_id(each)]


def looks_like_id(found: str) -> bool:
    """Tell whether a word can be meant to name one message and no other.

    "<yes>", the answer to a mailer's question, is no id; taken as one it would make brothers of
    all messages that hold it. Ids that can't be used here still name a parent.
    """
    if _WITH_AT.fullmatch(found):
        return True
    return len(found) >= 16 and any(map(str.isdigit, found))


def ids_in_reply_to(field: str) -> list[str]:
    """Return the ids of an In-Reply-To field, the likeliest parent first.

    Old mailers wrote prose here; an address in it is no id.
    """
    found = [
        normalise(match[1])
        for match in _BRACKETED.finditer(field)
        if not _is_address(field, match.start(), match.end())
    ]
    bare = field.strip()
    if not found and is_usable(bare) and _MADE_UP_LOCAL_PART.fullmatch(bare.split("@")[0]):
        found = [bare]
    return [each for each in found if looks_like_id(each)]


def _is_address(field: str, start: int, end: int) -> bool:
    before = field[max(0, start - 200) : start]
    return bool(_ADDRESS_BEFORE.search(before) or _ADDRESS_AFTER.match(field, end))


def ancestors(references: str, in_reply_to: str, own: str | None) -> tuple[str, ...]:
    """Return the ids of a message's ancestors, oldest first, its parent last.

    References counts; In-Reply-To's first id stands in for it where it is missing, and is
    added as the parent where References doesn't hold it. No id twice; never the message's own.
    Source: RFC 5256 section 3 (step 1), and JWZ's description of message threading.
    """
    chain = ids_in_references(references)
    answered = ids_in_reply_to(in_reply_to)
    if answered and answered[0] not in chain:
        chain.append(answered[0])
    chain = [each for each in chain if each != own]
    if not chain:
        return ()
    # The parent keeps its place even if it was named before.
    unique = [each for each in dict.fromkeys(chain) if each != chain[-1]]
    return (*unique, chain[-1])[-MAX_ANCESTORS:]
