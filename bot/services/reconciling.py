"""Once a day all of a source's last days is read again: for posts that its index took in late, days
after they were written, and for those that were edited meanwhile."""

from __future__ import annotations

from datetime import timedelta

import structlog
from msgspec.structs import replace

from bot.config.sources import KINDS
from bot.domain.folding import Wording
from bot.domain.matching import Matcher
from bot.domain.pairs import must_look_back, pair_id
from bot.domain.watch import Watch
from bot.errors import Conflict, SourceError
from bot.services import beside
from bot.services.base import Services
from bot.services.mentioning import read_aside
from bot.services.turns import in_turns
from bot.sources.base import Page

SURELY_SHOWN = timedelta(days=5)
"""Posts younger than this every source shows that looks back."""

SEVERAL = 5
"""People who do not take back what they said all at once."""

log = structlog.get_logger(__name__)


async def reconcile(services: Services, source: str) -> int:
    """Look back where it is time, watch by watch; how many mentions were found that were not known.
    A source that cannot be read now is looked at again at the next call."""
    if not _looks_back(services, source):
        return 0
    found = 0
    async for watch in in_turns(services.watches.polled):
        if source in watch.sources:
            found += await _look_back(services, watch, source)
    return found


def _looks_back(services: Services, source: str) -> bool:
    kinds = {one.name: one.kind for one in services.config.sources}
    return source in kinds and KINDS[kinds[source]].looks_back


async def _look_back(services: Services, watch: Watch, source: str) -> int:
    kept = await services.records.pairs.get(pair_id(watch.name, source))
    if not kept or not must_look_back(kept.value, services.now(), services.config.timezone):
        return 0
    try:
        page = await services.sources[source].fetch(watch.query.anchors(), None, services.clock())
        found = await read_aside(Matcher((watch,)), page.posts, services.reading, services.now())
        if (
            services.watches.find(watch.name) != watch
        ):  # what was found is what nobody asks any more
            return 0
        page = replace(page, emptied=await _emptied(services, watch, source, page))
        fresh = await beside.keep_late(services, watch, page, source, found)
        await _note(services, watch, source)
    except (SourceError, Conflict) as error:
        log.info("a look back waits", watch=watch.name, source=source, reason=str(error))
        return 0
    log.info("looked back", watch=watch.name, source=source, posts=len(page.posts), new=fresh)
    return fresh


async def _emptied(services: Services, watch: Watch, source: str, page: Page) -> tuple[str, ...]:
    """The watch's terms, where a look back found nothing at all, and Vigie itself knows of posts
    by several people that it should have found."""
    if page.posts or page.pending or not page.complete:
        return ()
    since = services.now() - SURELY_SHOWN
    known = await services.records.mentions.find({"watch": watch.name}, "at", since=since)
    people = {
        mention.post.author or mention.id
        for mention in (kept.value for kept in known)
        if mention.post.source == source
        and mention.deleted is None
        and watch.query.matches(Wording.of(mention.post))  # it may have asked for others before
    }
    return tuple(watch.query.anchors()) if len(people) >= SEVERAL else ()


async def _note(services: Services, watch: Watch, source: str) -> None:
    """Keep that it was done. Raises Conflict where a poll keeps something in the same instant."""
    pairs = services.records.pairs
    if kept := await pairs.get(pair_id(watch.name, source)):
        after = replace(kept.value, looked_back=services.now())
        await services.records.commit([pairs.put(after.id, after, kept.version)])
