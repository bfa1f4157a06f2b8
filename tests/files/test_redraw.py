"""Pictures are drawn anew: the same to look at, and nothing of the original's octets."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image, ImageChops

from rejoinder.errors import BadInput
from rejoinder.files import redraw
from rejoinder.files.drawing import MOST_SIDE
from rejoinder.files.pictures import media_type

SECRET = b"52.5200N 13.4050E"


def picture(kind: str, size: tuple[int, int] = (40, 20), **how: Any) -> bytes:
    """A picture whose upper left quarter is red, with a secret in what stands beside its dots."""
    drawn = Image.new("RGB", size, "white")
    drawn.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    out = io.BytesIO()
    drawn.save(out, kind, **how)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = SECRET.decode()
    return tags.tobytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_looks_the_same_and_says_nothing_else(kind: str) -> None:
    how: dict[str, Any] = {} if kind == "GIF" else {"exif": exif(1)}
    if kind == "GIF":
        how["comment"] = SECRET
    content = picture(kind, **how) + SECRET
    assert SECRET in content
    drawn = redraw.redrawn(content)
    assert drawn is not None
    assert SECRET not in drawn.content
    assert media_type(drawn.content) == drawn.media_type
    assert drawn.media_type == ("image/png" if kind == "GIF" else f"image/{kind.lower()}")
    assert (drawn.width, drawn.height) == (40, 20) == Image.open(io.BytesIO(drawn.content)).size
    difference = ImageChops.difference(opened(content), opened(drawn.content))
    assert max(high for _low, high in difference.getextrema()) < 60


def test_a_picture_is_turned_upright() -> None:
    drawn = redraw.redrawn(picture("JPEG", exif=exif(6)))
    assert drawn is not None
    assert (drawn.width, drawn.height) == (20, 40)
    assert opened(drawn.content).getpixel((15, 5))[0] > 200  # type: ignore[index]
    assert opened(drawn.content).getpixel((15, 5))[1] < 80  # type: ignore[index]


def test_a_large_picture_is_made_no_larger_than_a_screen() -> None:
    drawn = redraw.redrawn(picture("JPEG", (5000, 1000)))
    assert drawn is not None
    assert (drawn.width, drawn.height) == (MOST_SIDE, MOST_SIDE // 5)


def test_frames_stay_frames_and_transparency_stays() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=50)
    drawn = redraw.redrawn(out.getvalue())
    assert drawn is not None
    assert (drawn.media_type, drawn.ending) == ("image/webp", "webp")
    assert Image.open(io.BytesIO(drawn.content)).n_frames == 3  # type: ignore[attr-defined]
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    clear = redraw.redrawn(out.getvalue())
    assert clear is not None
    assert Image.open(io.BytesIO(clear.content)).convert("RGBA").getpixel((1, 1)) == (0, 0, 0, 0)


def test_a_picture_with_a_page_in_it_is_no_page_any_more() -> None:
    content = picture("GIF", comment=b"<script>alert(1)</script>") + b"PK\x03\x04 an archive"
    drawn = redraw.redrawn(content)
    assert drawn is not None
    assert b"script" not in drawn.content
    assert b"PK" not in drawn.content


def bomb() -> bytes:
    """A PNG that says it has 40,000 by 40,000 dots."""

    def chunk(name: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_picture_of_too_many_dots_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="50 million dots"):
        redraw.redrawn(bomb())


@pytest.mark.parametrize(
    "content",
    [
        picture("PNG")[:60],
        picture("JPEG")[:200],
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + b"\xff" * 50,
        b"RIFF\0\0\0\0WEBP" + b"\0" * 30,
        b"\xff\xd8\xff" + b"\0" * 100,
    ],
    ids=["half a PNG", "half a JPEG", "a PNG's mark", "a GIF's mark", "a WebP's mark", "a JPEG's"],
)
def test_a_damaged_picture_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(BadInput, match="can’t be drawn"):
        redraw.redrawn(content)


def test_one_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redraw, "SECONDS", 0.001)
    with pytest.raises(BadInput, match="too long"):
        redraw.redrawn(picture("PNG"))


@pytest.mark.parametrize("content", [b"", b"Dear", b"%PDF-1.7", b"<svg xmlns='x'/>", b"MM\0*"])
def test_what_is_no_picture_is_left_alone(content: bytes) -> None:
    assert redraw.redrawn(content) is None
