"""Who wrote a message: the name to show, and the address never to show to guests."""

import re

from rejoinder.articles.charsets import one_line
from rejoinder.articles.words import decode_words

_MAX_FIELD = 1_000
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_BARE_FIRST = re.compile(r"\s*([^\s@<>,()\"]+@[^\s@<>,()\"]+)\s*,")
# Hidden from harvesters by archives: "joe at example.org", "joe at example dot org".
_AT = re.compile(r"\s+at\s+|\s*[\[(]at[\])]\s*", re.IGNORECASE)
_ADDRESS_IN_NAME = re.compile(
    r"<?([^\s@<>()\"',;:]{1,64})(?:@|\s+at\s+|\s*[\[(]at[\])]\s*)(?:[\w-]{1,63}\.){1,8}[a-z]{2,63}\b>?",
    re.IGNORECASE,
)
_AT_WITHOUT_DOMAIN = re.compile(r"([^\s@]{1,64})@\S*")
_SPACES = re.compile(r"\s+")


def author(field: str) -> tuple[str, str]:
    """Return the first author's name and address as a From field (unfolded, undecoded) tells them.

    The domain is in lower case. The name never is or holds an address: where there is no other
    name, it is the address's local part. Either may be empty.
    Source: RFC 5322 section 3.4; the forms of RFC 1036 and of pipermail.
    """
    field = field[:_MAX_FIELD].strip()
    written_name, written_address = _parts(field)
    address = _address(written_address)
    name = _without_addresses(_name(written_name))
    if not name or name.casefold() == address.casefold():
        name = _local_part(address)
    return name, address


def _parts(field: str) -> tuple[str, str]:
    """Split into name and address: "Name <a>", "a (Name)" or a bare address."""
    first = _BARE_FIRST.match(field)
    if first:
        return "", first[1]
    opened = _opening_bracket(field)
    if opened >= 0:
        closed = field.find(">", opened)
        address = field[opened + 1 : closed if closed > 0 else len(field)]
        return field[:opened] or _comment(field[closed + 1 :]), address
    if "(" in field and not _AT.match(field, max(field.find("("), 0)):
        return _comment(field), field[: field.find("(")]
    if "@" in field or _AT.search(field) or "!" in field:
        return "", field
    return field, ""


def _opening_bracket(field: str) -> int:
    """Return where the address's bracket stands: the first one outside quotes; else -1."""
    quoted_until = 0
    for quoted in _QUOTED.finditer(field):
        opened = field.find("<", quoted_until, quoted.start())
        if opened >= 0:
            return opened
        quoted_until = quoted.end()
    return field.find("<", quoted_until)


def _comment(text: str) -> str:
    opened, closed = text.find("("), text.rfind(")")
    if opened < 0:
        return ""
    return text[opened + 1 : closed if closed > opened else len(text)]


def _address(written: str) -> str:
    bare = _SPACES.sub(" ", one_line(written)).strip(" <>\"';,")
    if "@" not in bare:
        bare = _AT.sub("@", bare, count=1)
    bare = bare.replace(" ", "")
    local, at, domain = bare.rpartition("@")
    return f"{local}{at}{domain.lower()}" if at else bare


def _name(written: str) -> str:
    name = written.strip()
    whole = _QUOTED.fullmatch(name)
    name = whole[1] if whole else _QUOTED.sub(r"\1", name)
    name = decode_words(_ESCAPE.sub(r"\1", name))
    return _SPACES.sub(" ", one_line(name)).strip(" \"'<>")


def _without_addresses(name: str) -> str:
    if "@" not in name and " at " not in name.lower() and "at]" not in name and "at)" not in name:
        return name
    name = _AT_WITHOUT_DOMAIN.sub(r"\1", _ADDRESS_IN_NAME.sub(r"\1", name))
    return name.replace("@", "").strip(" \"'<>")


def _local_part(address: str) -> str:
    local = address.rpartition("@")[0] or address
    # Of two addresses run together the first one's domain is still there.
    local = _AT_WITHOUT_DOMAIN.sub(r"\1", local).replace("@", "")
    return local.rpartition("!")[2].strip("\"' ") or local
