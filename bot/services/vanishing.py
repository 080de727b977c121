"""Posts that were told of, asked for again at their sources: what was edited since is shown as it
is, and what its author took back is shown no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

import structlog

from bot.domain.matching import Matcher
from bot.domain.mention import Mention, Post
from bot.domain.vanishing import shown_by
from bot.domain.watch import Watch
from bot.errors import SourceError
from bot.services import engines, erasing, sifting
from bot.services.base import Services
from bot.services.mentioning import read_aside
from bot.services.turns import in_turns
from bot.sources.base import Reread, Rereadable

log = structlog.get_logger(__name__)

FOLLOWED = timedelta(days=7)
"""How long after a post was told of it is asked for again; in an open conversation, always."""

MOST = 100
"""Posts that a source is handed at once; which of them it asks for is its own to decide."""

_OF_A_THREAD = 20
"""Mentions of one conversation that are followed, the newest."""


class Followed(NamedTuple):
    """What became of posts that were asked for: so many were `asked` for, `edited`, `gone`."""

    asked: int = 0
    edited: int = 0
    gone: int = 0


async def follow(services: Services, source: str) -> Followed:
    """Ask a source for the posts of its own that are told of in alerts of the last seven days, or
    are in open conversations, and carry out what became of them; to be run now and then.

    A source that cannot be asked is left alone: its polls tell of that. Of more posts than a source
    takes, others come first each time. Raises Conflict where somebody else writes all the time.
    """
    asked: object = services.sources.get(source)
    if not isinstance(asked, Rereadable):
        return Followed()
    now, threads = services.now(), await _open_of(services, source)
    shown = {
        watch.name: await _shown(services, watch, source, threads[watch.name], now)
        async for watch in in_turns(services.watches.all)
        if source in watch.sources
    }
    posts = _in_turn([post for found in shown.values() for post in found.values()], now)
    if not posts:
        return Followed()
    try:
        told = await asked.reread(posts)
    except SourceError as error:
        log.info("posts cannot be asked for again", source=source, reason=str(error))
        return Followed()
    edited = gone = 0
    for name, found in shown.items():
        watch = services.watches.find(name)
        gone += await erasing.erase(services, name, source, [id for id in told.gone if id in found])
        edited += await _edited(services, watch, told, found) if watch else 0
    return Followed(asked=len(posts), edited=edited, gone=gone)


async def _open_of(services: Services, source: str) -> defaultdict[str, list[str]]:
    """The open conversations of a source, by their watch."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in await services.pending.read(services.records):
        if one.source == source:
            found[one.watch].append(one.id)
    return found


async def _shown(
    services: Services, watch: Watch, source: str, threads: Sequence[str], now: datetime
) -> dict[str, Post]:
    """The posts of a source that a watch's alerts show, or its open conversations (`threads`) hold,
    by id."""
    records = services.records
    alerts = await records.alerts.find({"watch": watch.name}, "raised", since=now - FOLLOWED)
    ids = dict.fromkeys(id for kept in alerts for id in sorted(shown_by(kept.value)))
    found = [kept.value for id in ids if (kept := await records.mentions.get(id))]
    for id in threads:
        found += await _of_thread(services, id)
    return {
        mention.post.id: mention.post
        for mention in found
        if mention.post.source == source and not mention.deleted
    }


async def _of_thread(services: Services, conversation: str) -> list[Mention]:
    kept = await services.records.mentions.find(
        {"conversation": conversation}, "at", newest_first=True, limit=_OF_A_THREAD
    )
    return [one.value for one in kept]


async def _edited(services: Services, watch: Watch, told: Reread, asked: dict[str, Post]) -> int:
    """Keep what was edited. A post that an edit took the brand out of stays what was told."""
    posts = [post for post in told.posts if post.id in asked]
    changed = [post for post in posts if _says(post) != _says(asked[post.id])]
    if not changed:
        return 0
    found = await read_aside(Matcher((watch,)), changed, services.reading, services.now())
    return await sifting.keep_edits(services, watch, await engines.read_on(services, watch, found))


def _says(post: Post) -> tuple[str, str]:
    return post.title, post.text


def _in_turn(posts: list[Post], now: datetime) -> list[Post]:
    """At most `MOST` posts, each once, in another order each hour."""
    hour = now.strftime("%Y-%m-%dT%H")
    unique = {post.id: post for post in posts}
    lots = sorted(unique, key=lambda id: _lot(hour, id))
    return [unique[id] for id in lots[:MOST]]


def _lot(hour: str, id: str) -> bytes:
    return blake2b(f"{hour} {id}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
