"""A mailing list that nobody wrote: threads, charsets, encodings, signatures, attachments."""

from __future__ import annotations

import mailbox
import random
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from benchmarks.harness import texts

MESSAGES = 800
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
# Charset, transfer encoding, share.
_CODINGS = (
    ("us-ascii", "7bit", 50),
    ("utf-8", "quoted-printable", 25),
    ("utf-8", "base64", 15),
    ("iso-8859-1", "quoted-printable", 10),
)
_SHARES = [share for _charset, _coding, share in _CODINGS]


def write(path: Path, messages: int = MESSAGES) -> Path:
    """Write the list as mbox, the same each time, and return its path."""
    path.unlink(missing_ok=True)
    box, chance = mailbox.mbox(path), random.Random(7)
    subjects: list[str] = []
    ids: list[str] = []
    ancestors: list[list[str]] = []
    for number in range(messages):
        answers = chance.randrange(max(0, number - 40), number) if number % 5 else None
        title = texts.title(chance) if answers is None else f"Re: {subjects[answers]}"
        subjects.append(title.removeprefix("Re: "))
        ids.append(f"<{number}.{chance.getrandbits(48):x}@made.example>")
        ancestors.append([] if answers is None else [*ancestors[answers], ids[answers]][-12:])
        box.add(_message(chance, number, title, ids[number], ancestors[number]))
    box.close()
    return path


def _message(
    chance: random.Random, number: int, title: str, message_id: str, references: list[str]
) -> EmailMessage:
    message = EmailMessage()
    author = chance.randrange(60)
    message["From"] = f"Zoë {texts.title(chance)[:12]} <writer{author}@made.example>"
    message["To"] = "list@made.example"
    message["Date"] = format_datetime(_BEGAN + timedelta(minutes=37 * number))
    message["Subject"] = title
    message["Message-ID"] = message_id
    if references:
        message["In-Reply-To"], message["References"] = references[-1], " ".join(references)
    for hop in range(4):
        message["Received"] = f"from hop{hop}.made.example by next.made.example; {message['Date']}"
    charset, coding, _share = chance.choices(_CODINGS, _SHARES)[0]
    text = texts.text(chance)
    quoted = "".join(f"> {line}\n" for line in texts.text(chance).split("\n")[:6])
    body = f"{quoted}\n{text}\n\n-- \n{'A writer' if charset == 'us-ascii' else 'Zoë'}\n"
    message.set_content(body, charset=charset, cte=coding)
    if number % 8 == 0:
        message.add_alternative(f"<p>{text}</p>", subtype="html")
    if number % 20 == 0:
        message.add_attachment(
            chance.randbytes(6000), maintype="application", subtype="x-patch", filename="fix.patch"
        )
    return message
