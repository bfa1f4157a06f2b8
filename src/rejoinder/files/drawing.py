"""The process that draws one picture anew: from its input to its output.

    python drawing.py < PICTURE > HEAD-AND-PICTURE

The head is one line of JSON. Imports nothing of Django. Bounds: what the kernel is told before a
single octet is decoded (setrlimit(2)).
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings

from PIL import Image, ImageOps, ImageSequence

FORMATS = ["PNG", "JPEG", "GIF", "WEBP"]
MOST_DOTS = 50_000_000
# Of either side; no screen shows more of a picture in a text.
MOST_SIDE = 2560
MOST_FRAMES = 200
MEMORY_OCTETS = 1_500_000_000
CPU_SECONDS = 15
JPEG_QUALITY = 85
FRAME_MILLISECONDS = 100

Frame = tuple[Image.Image, int]


def main() -> int:
    """Draw, and return 0; 1 if it has too many dots. What is damaged ends in a traceback."""
    _bound()
    Image.MAX_IMAGE_PIXELS = MOST_DOTS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        kind, frames = _read(sys.stdin.buffer.read())
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        print("too many dots", file=sys.stderr)  # noqa: T201
        return 1
    _write(kind, frames)
    return 0


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_OCTETS, MEMORY_OCTETS))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(content: bytes) -> tuple[str, list[Frame]]:
    """Return what kind of picture it is, and its frames, upright and no larger than they may be."""
    picture = Image.open(io.BytesIO(content), formats=FORMATS)
    kind = picture.format or ""
    frames: list[Frame] = []
    dots = 0
    for frame in ImageSequence.Iterator(picture):
        dots += frame.width * frame.height
        if dots > MOST_DOTS and not frames:
            raise Image.DecompressionBombError
        if dots > MOST_DOTS or len(frames) == MOST_FRAMES:
            break
        upright = ImageOps.exif_transpose(frame.copy())
        upright.thumbnail((MOST_SIDE, MOST_SIDE))
        frames.append((_plain(upright, kind), frame.info.get("duration", FRAME_MILLISECONDS)))
    return kind, frames


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """Return a picture's dots alone: no profile, no text, no place."""
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    mode = "RGBA" if has_alpha and kind != "JPEG" else "RGB"
    plain = Image.new(mode, picture.size)
    plain.paste(picture.convert(mode))
    return plain


def _write(kind: str, frames: list[Frame]) -> None:
    pictures = [picture for picture, _milliseconds in frames]
    first, out = pictures[0], io.BytesIO()
    if len(pictures) > 1:
        kind, times = "WEBP", [milliseconds for _picture, milliseconds in frames]
        first.save(out, kind, save_all=True, append_images=pictures[1:], duration=times, loop=0)
    elif kind == "JPEG":
        first.save(out, kind, quality=JPEG_QUALITY, optimize=True, progressive=True)
    elif kind == "WEBP":
        first.save(out, kind, quality=JPEG_QUALITY)
    else:
        kind = "PNG"
        first.save(out, kind, optimize=True)
    head = {
        "media_type": f"image/{kind.lower()}",
        "ending": {"JPEG": "jpg"}.get(kind, kind.lower()),
        "width": first.width,
        "height": first.height,
    }
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + out.getvalue())


if __name__ == "__main__":
    sys.exit(main())
