"""Which feeds can be subscribed to, where their hub is, and what has changed in one."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import F
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput, Missing
from rejoinder.gateways.feeds.models import Topic
from rejoinder.gateways.feeds.sources import Feed, Source
from rejoinder.policy.principals import GUEST
from rejoinder.threads.lines import Line
from rejoinder.threads.paging import START

# The newest posts of a feed that are watched for changes.
WATCHED = 50
MOST_GONE = 100
OFF = "off"


@dataclass(frozen=True)
class Found:
    """What a path leads to."""

    source: Source
    suffix: str
    feed: Feed


def hub_address() -> str:
    """Return where feeds say that changes are told; empty: nowhere.

    The site's own hub needs the site's address: what is told must be the same for everybody.
    """
    if settings.WEBSUB_HUB == OFF:
        return ""
    if settings.WEBSUB_HUB:
        return str(settings.WEBSUB_HUB)
    return settings.PUBLIC_URL + reverse("hub") if settings.PUBLIC_URL else ""


def is_own_hub() -> bool:
    """Tell whether this site tells its subscribers itself."""
    return not settings.WEBSUB_HUB and bool(settings.PUBLIC_URL)


def path_of(url: str) -> str:
    """Return the path of a topic that somebody names. Raises BadInput if it's no public feed."""
    path = url.removeprefix(settings.PUBLIC_URL)
    try:
        if path == url or not path.isascii():
            raise Missing("")
        find(path)
    except Missing:
        raise BadInput(
            _("hub.topic must be the address of a public feed, as the feed itself names it.")
        ) from None
    return path


def find(path: str) -> Found:
    """Return the public feed at a path. Raises Missing."""
    try:
        match = resolve(path, "rejoinder.gateways.feeds.urls")
    except Resolver404:
        raise Missing(_("There is no such feed.")) from None
    source, suffix = match.func.of  # type: ignore[attr-defined]
    return Found(source, suffix, source.find(GUEST, **match.kwargs))


def look(topic: Topic) -> bool:
    """Note what has changed in a feed since it was last looked at; tell whether anything has.

    One that guests no longer read is forgotten, with its subscriptions. Three queries or so.
    """
    try:
        feed = find(topic.path).feed
    except Missing:
        topic.delete()
        return False
    page = feed.posts(START, WATCHED)
    version = topic.version + 1
    posts, is_other = _compared(topic.posts, page.rows, version)
    gone = _gone(topic, page.rows, version, is_whole=page.later is None)
    if not is_other and gone == topic.gone:
        return False
    # Another node may have looked at the same time.
    looked = Topic.objects.filter(pk=topic.pk, version=topic.version)
    return bool(looked.update(posts=posts, gone=gone, version=F("version") + 1))


def begin(path: str) -> Topic:
    """Return the topic of a path, as it is now."""
    topic, is_new = Topic.objects.get_or_create(path=path)
    if is_new:
        look(topic)
        topic.refresh_from_db()
    return topic


def _compared(
    known: dict[str, list[str | int]], lines: list[Line], version: int
) -> tuple[dict[str, list[str | int]], bool]:
    posts: dict[str, list[str | int]] = {}
    is_other = False
    for line in lines:
        before, mark = known.get(line.public_id), _mark(line)
        if before is not None and before[0] == mark:
            posts[line.public_id] = before
        else:
            posts[line.public_id] = [mark, version, line.posted_at.isoformat()]
            is_other = True
    return posts, is_other


def _gone(
    topic: Topic, lines: list[Line], version: int, *, is_whole: bool
) -> dict[str, list[str | int]]:
    """Return what is gone, with what was before; what only made room for newer posts isn't."""
    here = {line.public_id for line in lines}
    oldest = "" if is_whole or not lines else min(line.posted_at.isoformat() for line in lines)
    gone = {name: said for name, said in topic.gone.items() if name not in here}
    for name, (_mark_of, _version, posted_at) in topic.posts.items():
        if name not in here and str(posted_at) > oldest:
            gone[name] = [timezone.now().isoformat(), version]
    return dict(list(gone.items())[-MOST_GONE:])


def _mark(line: Line) -> str:
    """Return what is other once readers should be told of a post again."""
    return f"{line.edits_count} {line.edited_at.isoformat() if line.edited_at else ''}"
