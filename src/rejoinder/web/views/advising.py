"""What the preview says could be better, in words. It never keeps anybody from posting."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rejoinder.text.advice import Advice, advice
from rejoinder.threads.models import Post, PostText
from rejoinder.web.typed import Typed

WORDS: dict[Advice, Promise | str] = {
    Advice.NOTHING_OWN: _("There is nothing of your own in it yet, only what you quote."),
    Advice.QUOTES_ALL: _(
        "You quote nearly all of the post. It stands right above yours: keep the sentences that "
        "you answer."
    ),
    Advice.QUOTES_ANOTHER: _(
        "You quote another post than the one you answer. Is this the right place?"
    ),
    Advice.TITLE_IS_LINK: _(
        "The title is a link. Say what is behind it, and put the link in the text."
    ),
    Advice.TITLE_IS_PARENTS: _(
        "The title only repeats what you answer. Say in a line what yours says."
    ),
    Advice.TITLE_SHOUTS: _("The title is all in capitals, which reads as shouting."),
    Advice.LONG_PARAGRAPH: _("One paragraph is longer than a screen. An empty line parts it."),
}


def advice_on(typed: Typed, parent: Post | None, parent_text: PostText | None) -> list[object]:
    """Return sentences on what somebody wrote, the weightiest first."""
    found = advice(
        typed.title,
        typed.text,
        parent_id=parent.public_id if parent else "",
        parent_title=parent.title if parent and parent_text is not None else "",
        parent_source=parent_text.source if parent_text else "",
    )
    return [WORDS[each] for each in found]
