"""Which bytes are pictures that every browser shows and none takes for a page."""

from __future__ import annotations


def media_type(content: bytes) -> str | None:
    """Return the media type of a PNG, JPEG, GIF or WebP picture, by its own first bytes.

    None for anything else; SVG is a document that holds script, so it is none.
    """
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None
