"""What Vigie is sent instead of asking for it: by a tool's webhook, or in a file."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import is_

import msgspec
import structlog

from bot.domain.matching import Matcher
from bot.domain.mention import Mention, Post
from bot.domain.pairs import pair_id
from bot.domain.received import bookmark
from bot.domain.watch import Watch
from bot.services import beside, engines, erasing, ingest, levels, sifting
from bot.services.base import Services
from bot.services.mentioning import read_aside
from bot.services.turns import in_turns
from bot.sources.base import Page

log = structlog.get_logger(__name__)


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """Of the posts that some watches look for, so many are `new`, and so many were `known`; and how
    many new mentions each watch has."""

    new: int = 0
    known: int = 0
    mentions: dict[str, int] = {}


async def receive(
    services: Services, source: str, posts: Sequence[Post], gone: Sequence[str]
) -> Received:
    """Keep the posts that `source` sent, and tell of them, as if a poll had brought them; `gone`
    are the ids of those that their authors took back. What was received before changes nothing.

    Once this returns all is kept. Raises a StoreError where it cannot be: then perhaps a part is,
    and the same may be received again.
    """
    async for watch in in_turns(services.watches.all if gone else ()):
        await erasing.erase(services, watch.name, source, gone)
    watches = [watch for watch in services.watches.polled if source in watch.sources]
    page = Page(posts=tuple(posts), cursor=bookmark(services.now()), deleted=tuple(gone))
    found = await _read(services, watches, posts)
    before, fresh = await _known(services, found), dict[str, int]()
    for watch in watches:
        if mentions := found[watch.name]:
            await _have_read(services, watch, source)
            fresh[watch.name] = await beside.keep_sent(services, watch, page, source, mentions)
    received = await _received(services, found, before, fresh)
    log.info("received", source=source, posts=len(posts), new=received.new, deleted=len(gone))
    return received


async def take_in(
    services: Services, source: str, posts: Sequence[Post], watches: Iterable[Watch]
) -> Received:
    """Keep the posts of a file as history: silently, each counted at its own time, and none twice.
    Raises as `receive` does."""
    watches = list(watches)
    found = await _read(services, watches, posts)
    before, fresh = await _known(services, found), dict[str, int]()
    for watch in watches:
        if mentions := found[watch.name]:
            fresh[watch.name] = await sifting.keep_history(services, watch, source, mentions)
    return await _received(services, found, before, fresh)


async def have_taken_in(services: Services, watches: Iterable[Watch]) -> None:
    """Reckon anew what is usual of watches whose past has grown."""
    for watch in watches:
        await levels.measure(services, watch)


async def _read(
    services: Services, watches: Sequence[Watch], posts: Sequence[Post]
) -> dict[str, list[Mention]]:
    """The mentions that the watches make of the posts, by watch."""
    found: dict[str, list[Mention]] = defaultdict(list)
    if watches and posts:
        matcher = await asyncio.to_thread(_matcher, _Asked(watches))
        for mention in await read_aside(matcher, posts, services.reading, services.now()):
            found[mention.watch].append(mention)
    for watch in watches:
        if mentions := found[watch.name]:
            found[watch.name] = await engines.read_on(services, watch, mentions)
    return found


class _Asked:
    """Watches, known by which they are and not by what they say: none ever changes."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self.watches = tuple(watches)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Asked) or len(self.watches) != len(other.watches):
            return False
        return all(map(is_, self.watches, other.watches))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.watches)))


@lru_cache(4)
def _matcher(asked: _Asked) -> Matcher:
    """Of 10,000 watches it takes seconds to make, and the same ones are asked each time."""
    return Matcher(asked.watches)


async def _known(services: Services, found: Mapping[str, Sequence[Mention]]) -> set[str]:
    """The ids of the posts of which a mention is kept."""
    return {
        mention.post.id
        for mentions in found.values()
        for mention in mentions
        if await services.records.mentions.get(mention.id)
    }


async def _received(
    services: Services,
    found: Mapping[str, Sequence[Mention]],
    before: set[str],
    fresh: dict[str, int],
) -> Received:
    """What came of it: a post of which there is still no mention is known under another id."""
    wanted = {mention.post.id for mentions in found.values() for mention in mentions}
    new = len(await _known(services, found) - before)
    return Received(new=new, known=len(wanted) - new, mentions=fresh)


async def _have_read(services: Services, watch: Watch, source: str) -> None:
    """A watch that never asked whether the source is listened to takes nothing for news."""
    kept = await services.records.pairs.get(pair_id(watch.name, source))
    if kept is None or kept.value.cursor is None:
        await ingest.poll(services, watch, source)
