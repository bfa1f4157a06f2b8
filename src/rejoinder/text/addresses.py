"""Mail addresses inside text, which are never shown whole."""

import re

_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]"
_DOMAIN = r"(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_]{2,24}"

# The local part is caught backwards from the "@" (see _mask_local): a pattern that began
# with it would try each start in a long run of letters.
_at = re.compile(rf"@(?:{_DOMAIN}|\[[0-9a-fA-F.:]{{3,45}}\])")
_local_end = re.compile(rf"(?:\"[^\"\n]{{1,62}}\"|{_LOCAL}{{1,64}})\Z")
# Pipermail and people who hide their address from robots: "joe at example.org".
_spelled = re.compile(
    rf"(?<=[<(])({_LOCAL}{{1,64}}) at {_DOMAIN}(?=[>)])"
    rf"|(?<![\w.+-])([\w.+-]{{1,64}}) ?[\[(]at[\])] ?[\w-]{{1,63}}"
    r"(?:(?: ?[\[(]dot[\])] ?|\.)[\w-]{1,63}){1,6}"
    r"|(?<![\w.+-])([\w.+-]{1,64}) at [\w-]{1,63}(?: dot [\w-]{1,63}){1,6}",
    re.IGNORECASE,
)


def mask_addresses(text: str) -> str:
    """Return text in which each mail address keeps only what stands before its "@".

    "alx@kernel.org" becomes "alx@…"; so does "alx at kernel.org" between brackets, and
    "alx [at] kernel [dot] org". Message-IDs look the same and are masked too.
    """
    if "@" in text:
        text = _at.sub(_mask_domain, text)
    if " at " in text or "at]" in text or "at)" in text or " AT " in text:
        text = _spelled.sub(_mask_spelled, text)
    return text


def _mask_domain(found: re.Match[str]) -> str:
    start = found.start()
    return "@…" if _local_end.search(found.string[max(0, start - 64) : start]) else found[0]


def _mask_spelled(found: re.Match[str]) -> str:
    return f"{found[1] or found[2] or found[3]}@…"
