"""From a poll to mentions: fetch, match, understand, decide, and keep it all in one commit."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import structlog
from msgspec.structs import replace

from bot.domain.faults import fault
from bot.domain.implying import is_within
from bot.domain.matching import Matcher
from bot.domain.mention import Mention
from bot.domain.pairs import (
    Pair,
    came_back,
    failed,
    is_worth_keeping,
    joined,
    must_be_told,
    pair_id,
    read,
    rested,
    rests,
)
from bot.domain.query import read_back
from bot.domain.watch import Watch
from bot.errors import (
    QueryError,
    SourceError,
    SourceGarbled,
    SourceRateLimited,
    SourceResting,
)
from bot.metrics import LAG_SECONDS, MATCHES, MENTIONS, POLLED, POLLS, POSTS
from bot.services import (
    alerting,
    counting,
    engines,
    erasing,
    levels,
    recounting,
    sifting,
    silence,
)
from bot.services.base import Services
from bot.services.mentioning import read_aside
from bot.services.races import won
from bot.services.volumes import Change
from bot.sources.base import Page
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)


async def poll(services: Services, watch: Watch, source: str) -> int:
    """Read what is new of a watch at a source; the number of new mentions.

    A source that cannot be read is noted on its pair, not raised: it hurts itself alone.
    """
    now = services.now()
    kept = await services.records.pairs.get(pair_id(watch.name, source))
    before = kept or Kept(Pair(watch=watch.name, source=source), 0)
    if rests(before.value, now):
        return 0
    asks_more = await _asks_more(services, watch, before.value)
    try:
        cursor = None if asks_more else before.value.cursor
        page = await services.sources[source].fetch(watch.query.anchors(), cursor, services.clock())
        found = await read_aside(Matcher((watch,)), page.posts, services.reading, services.now())
        found = await engines.read_on(services, watch, found)
    except SourceResting as resting:
        await _note_rest(services, before, resting.until)
        POLLS.labels(source, "resting").inc()
        return 0
    except SourceError as error:
        await _note_failure(services, watch, before, error)
        return 0
    except Exception as error:
        # A fault of ours must not look like a source that has nothing to say.
        log.exception("a poll fell over", watch=watch.name, source=source)
        ours = SourceGarbled(
            "Vigie itself failed to read it ({error}).", error=type(error).__name__
        )
        await _note_failure(services, watch, before, ours)
        return 0
    fresh = await keep(services, watch, before, page, found, anew=asks_more)
    POLLS.labels(source, "ok").inc()
    POLLED.labels(source).set(services.now().timestamp())
    if fresh and before.value.cursor is None:
        await levels.measure(services, watch)  # a history tells at once what is usual
    return fresh


async def _asks_more(services: Services, watch: Watch, pair: Pair) -> bool:
    """Whether the query was changed so that it may match what was passed over: then the source is
    read from the beginning. Where it asks for less, the past is counted again."""
    if not pair.query or pair.query == str(watch.query):
        return False
    try:
        narrower = is_within(watch.query, read_back(pair.query))
    except QueryError:
        return True
    if narrower:
        await recounting.recount(services, watch)
    return not narrower


async def keep(
    services: Services,
    watch: Watch,
    before: Kept[Pair],
    page: Page,
    found: list[Mention],
    *,
    anew: bool,
) -> int:
    """Write what a poll found, and what it means, in one commit.

    Another source of the same watch may write at the same moment: the loser reads again what it
    builds on, and decides anew. What authors took back is erased first: asked again, that does
    nothing. Raises Conflict where somebody else wrote the pair, as what `before` said is no more.
    """
    if page.deleted:
        await erasing.erase(services, watch.name, before.value.source, page.deleted)
        found = [mention for mention in found if mention.post.id not in page.deleted]
    attempt = partial(_keep_once, services, watch, before, page, found, anew=anew)
    async with services.keeping:
        fresh = await won(attempt, settles="pairs")
    services.wake.set()
    source, posts = before.value.source, len(page.posts)
    POSTS.labels(source).inc(posts)
    MATCHES.labels(source).inc(len(found))
    MENTIONS.labels(source).inc(fresh)
    if fresh and before.value.cursor is not None:
        newest = max(mention.at for mention in found)
        LAG_SECONDS.labels(source).observe(max(0.0, (services.now() - newest).total_seconds()))
    level = log.info if fresh else log.debug
    level("polled", watch=watch.name, source=source, posts=posts, new=fresh)
    return fresh


async def _keep_once(
    services: Services,
    watch: Watch,
    before: Kept[Pair],
    page: Page,
    found: list[Mention],
    *,
    anew: bool,
) -> int:
    now, pair = services.now(), before.value
    asked = watch.query.anchors()
    silent = anew or pair.cursor is None or (bool(pair.asked) and pair.asked != asked)
    brought = await sifting.sifted(services, watch, found, silent=silent)
    fresh = brought.fresh
    days = await counting.volumes(services, watch, fresh, pair, complete=page.complete)
    newest = max((mention.at for mention in found), default=None)
    oldest = _oldest(page, now, anew=anew)
    after = read(
        pair,
        asked,
        page.cursor,
        now,
        newest,
        page.resume_at,
        complete=page.complete,
        pending=page.pending,
        emptied=_emptied(page, pair, anew=anew),
        blank=pair.blank if page.blank is None else page.blank,
    )
    after = joined(after, pair, str(watch.query), oldest, anew=anew)
    every = next(s.every for s in services.config.sources if s.name == pair.source)
    if came_back(pair, now, every):
        after = replace(after, back=now)
    if not (fresh or brought.edits or days or is_worth_keeping(pair, after)):
        return 0
    writes: list[Write] = [
        services.records.pairs.put(after.id, after, before.version),
        *await sifting.kept(services, brought),
        *counting.kept_days(services, days),
    ]
    if pair.told:
        writes += silence.is_back(services, pair, now)
    if not silent:
        change = Change(counting.values(days), after, found)
        limits = await levels.limits(services, watch)
        turned = sifting.turned(brought.edits, limits, now)
        writes += await alerting.about(services, watch, fresh, turned, change, now)
        writes += await erasing.redraw_all(services, [one.after for one in brought.edits], now)
    await services.records.commit(writes)
    return len(fresh)


def _emptied(page: Page, pair: Pair, *, anew: bool) -> tuple[str, ...]:
    """The terms that find nothing any more: those of before, where a page tells nothing of it."""
    if page.emptied is not None:
        return page.emptied
    return () if page.posts or anew else pair.emptied


def _oldest(page: Page, now: datetime, *, anew: bool) -> datetime | None:
    """How far back a source that is read from the beginning shows all that it has; None where it
    has nothing, and had nothing before."""
    first = min((post.at for post in page.posts), default=None)
    return now if first is None and (anew or not page.complete) else first


async def _note_rest(services: Services, before: Kept[Pair], until: datetime) -> None:
    """Keep that a source is to be left alone: that is no failure of its."""
    after = rested(before.value, until)
    if after != before.value:
        records = services.records
        await records.commit([records.pairs.put(after.id, after, before.version)])


async def _note_failure(
    services: Services, watch: Watch, before: Kept[Pair], error: SourceError
) -> None:
    """Keep that a poll failed; after a few in a row the admin channel hears of it, once."""
    now = services.now()
    POLLS.labels(before.value.source, "failed").inc()
    until = error.until if isinstance(error, SourceRateLimited) else None
    every = next(s.every for s in services.config.sources if s.name == before.value.source)
    after = failed(before.value, fault(error), now, until, every)
    writes: list[Write] = []
    if must_be_told(after, now):
        after = replace(after, told=True)
        writes += silence.is_silent(services, after, now)
    records = services.records
    await records.commit([records.pairs.put(after.id, after, before.version), *writes])
    services.wake.set()
    log.warning(
        "poll failed",
        watch=watch.name,
        source=before.value.source,
        failures=after.failures,
        reason=str(error),
    )
