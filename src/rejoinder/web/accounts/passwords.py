"""Which passwords are refused although they are long: those known from breaches, common words
with something around them, and the words of this site."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput, Unavailable
from rejoinder.web.accounts import breached

log = logging.getLogger(__name__)

# What stands around a word to make it look like no word: digits and marks.
AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
# Of the site's words, those of so many letters or more; and what must be left beside them.
SHORTEST_WORD = 4
LEAST_LEFT = 6
ALWAYS = {"rejoinder", "administrator", "moderator", "password", "passphrase"}


class NoGuessableWords:
    """Refuses what is known from breaches, a common password with digits or marks around it,
    and the site's own words.

    The words are those of `site_words`; a password may hold them beside at least six other
    letters or digits. Any characters may be used, in any mixture.
    """

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError if the password is one of the first that somebody would try."""
        lowered = password.lower()
        if is_breached(password):
            raise ValidationError(
                _("It’s in lists of stolen passwords, which are tried first. Choose another."),
                code="password_breached",
            )
        core = AROUND.sub("", lowered)
        if core in self.common or breached.is_bundled(core):
            raise ValidationError(
                _("A common password with something around it is tried first. Choose another."),
                code="password_too_common",
            )
        left = lowered
        words = site_words()
        for word in sorted(words, key=len, reverse=True):
            left = left.replace(word, "")
        if left != lowered and sum(char.isalnum() for char in left) < LEAST_LEFT:
            raise ValidationError(
                _("It’s made of words of this site, which are tried first. Choose others."),
                code="password_of_site_words",
            )

    def get_help_text(self) -> str:
        """Return what to know before choosing a password."""
        return _("Neither a common password nor words of this site.")


def is_breached(password: str) -> bool:
    """Tell whether the list that comes along, or the operator's own, has a password.

    Raises Unavailable if the operator's can't be read now.
    """
    if breached.is_bundled(password):
        return True
    if not settings.BREACHED_PASSWORDS:
        return False
    try:
        return breached.is_in_file(Path(settings.BREACHED_PASSWORDS), password)
    except (OSError, BadInput):
        log.exception("The file of breached passwords can't be read.")
        raise Unavailable(_("Passwords can’t be chosen at the moment. Try again later.")) from None


def site_words() -> set[str]:
    """Return the words by which this site's passwords would be guessed, in lower case."""
    named = f"{the_site().title} {urlsplit(settings.PUBLIC_URL).hostname or ''}".lower()
    found = {word for word in re.split(r"[\W_]+", named) if len(word) >= SHORTEST_WORD}
    return found | ALWAYS
