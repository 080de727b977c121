"""From a poll to mentions: fetch, match, understand, decide, and keep it all in one commit."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from msgspec.structs import replace

from bot.domain.alerts import negative_reason
from bot.domain.analysis.posts import analyse_again, analyse_all
from bot.domain.analysis.reading import Reading
from bot.domain.faults import fault
from bot.domain.folding import Wording
from bot.domain.identity import conversation_id, mention_id, thread_key
from bot.domain.implying import is_within
from bot.domain.levels import Limits
from bot.domain.matching import Matcher
from bot.domain.mention import Analysis, Mention, Post
from bot.domain.pairs import (
    Pair,
    came_back,
    failed,
    is_worth_keeping,
    joined,
    must_be_told,
    pair_id,
    read,
)
from bot.domain.query import read_back
from bot.domain.volume import DayVolume, counted, days_between, slot_of, with_gap
from bot.domain.watch import Watch
from bot.errors import Conflict, QueryError, SourceError, SourceGarbled, SourceRateLimited
from bot.services import alerting, engines, levels, recounting, silence
from bot.services.base import Services
from bot.services.volumes import Change
from bot.sources.base import Page
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

KEPT = timedelta(days=28)
"""Posts older than this say nothing to the detector."""

SLICE = 200
"""Posts that are read without a pause, in some 20 ms of a thread."""

AT_ONCE = 100
"""Mentions that are asked for in one go, below 1 ms."""

_TRIES = 8

_reader = ThreadPoolExecutor(1, thread_name_prefix="reader")
"""Reads all posts: several threads would read no faster, and the event loop would wait for each."""


async def poll(services: Services, watch: Watch, source: str) -> int:
    """Read what is new of a watch at a source; the number of new mentions.

    A source that cannot be read is noted on its pair, not raised: it hurts itself alone.
    """
    now = services.now()
    kept = await services.records.pairs.get(pair_id(watch.name, source))
    before = kept or Kept(Pair(watch=watch.name, source=source), 0)
    if before.value.rest_until and now < before.value.rest_until:
        return 0
    asks_more = await _asks_more(services, watch, before.value)
    try:
        cursor = None if asks_more else before.value.cursor
        page = await services.sources[source].fetch(watch.query.anchors(), cursor, services.clock())
        found = await read_aside(Matcher((watch,)), page.posts, services.reading, services.now())
        found = await engines.read_on(services, watch, found)
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
    fresh = await _keep(services, watch, before, page, found, anew=asks_more)
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


async def read_aside(
    matcher: Matcher, posts: Iterable[Post], reading: Reading, now: datetime
) -> list[Mention]:
    """`read_posts` in a thread and in slices, so that polls take turns and the loop goes on."""
    loop = asyncio.get_running_loop()
    ordered = sorted(posts, key=lambda post: post.at)
    found: dict[str, Mention] = {}
    for start in range(0, len(ordered), SLICE):
        part = ordered[start : start + SLICE]
        read = await loop.run_in_executor(_reader, read_posts, matcher, part, reading, now)
        found.update((mention.id, mention) for mention in read)
    return list(found.values())


def read_posts(
    matcher: Matcher, posts: Iterable[Post], reading: Reading, now: datetime
) -> list[Mention]:
    """The mentions that some watches make of some posts, oldest first, each once.

    Some 8 µs a post, and 115 µs more where it is a mention.
    """
    ordered = sorted(posts, key=lambda post: post.at)
    about = [(post, watches) for post in ordered if (watches := matcher.matching(Wording.of(post)))]
    analyses = analyse_all([(post, watches[0].query.words()) for post, watches in about], reading)
    found: dict[str, Mention] = {}
    for (post, (first, *others)), analysis in zip(about, analyses, strict=True):
        mentions = [_mention(first, post, analysis, now)]
        for watch in others:
            again = analyse_again(analysis, post, watch.query.words())
            mentions.append(_mention(watch, post, again, now))
        found.update((mention.id, mention) for mention in mentions)
    return list(found.values())


def _mention(watch: Watch, post: Post, analysis: Analysis, now: datetime) -> Mention:
    return Mention(
        id=mention_id(watch.name, post),
        watch=watch.name,
        conversation=conversation_id(watch.name, post.source, thread_key(post)),
        at=post.at,
        seen=now,
        post=post,
        analysis=analysis,
    )


async def keep_sent(
    services: Services, watch: Watch, page: Page, source: str, found: list[Mention]
) -> int:
    """Keep what a source sent by itself, as if a poll had brought it; the number of new mentions.

    Raises Conflict where another worker keeps for the same watch again and again.
    """
    for tries_left in reversed(range(_TRIES)):
        kept = await services.records.pairs.get(pair_id(watch.name, source))
        before = kept or Kept(Pair(watch=watch.name, source=source), 0)
        try:
            return await _keep(services, watch, before, page, found, anew=False)
        except Conflict:
            if not tries_left:
                raise
    return 0


async def keep_history(services: Services, watch: Watch, source: str, found: list[Mention]) -> int:
    """Keep what was not polled but brought along, silently; the number of new mentions.

    Each is counted at its own time; no source is held to have been read. Raises Conflict as
    `keep_sent` does.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            return await _keep_history_once(services, watch, source, found)
        except Conflict:
            if not tries_left:
                raise
    return 0


async def _keep_history_once(
    services: Services, watch: Watch, source: str, found: list[Mention]
) -> int:
    fresh, edits = await _sorted_out(services, found)
    pair, page = Pair(watch=watch.name, source=source), Page(posts=(), cursor="")
    volumes = await _volumes(services, watch, fresh, pair, page, services.now())
    records = services.records
    await records.commit(
        [
            *(records.mentions.put(m.id, m, 0) for m in fresh),
            *(records.mentions.put(edit.after.id, edit.after, edit.version) for edit in edits),
            *(records.volumes.put(_day_id(v.value), v.value, v.version) for v in volumes.values()),
        ]
    )
    return len(fresh)


async def _keep(
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
    builds on, and decides anew.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            fresh = await _keep_once(services, watch, before, page, found, anew=anew)
        except Conflict as conflict:
            if conflict.table == "pairs" or not tries_left:
                raise
        else:
            break
    services.wake.set()
    source, posts = before.value.source, len(page.posts)
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
    fresh, edits = await _sorted_out(services, found)
    volumes = await _volumes(services, watch, fresh, pair, page, now)
    asked = watch.query.anchors()
    silent = anew or pair.cursor is None or (bool(pair.asked) and pair.asked != asked)
    newest = max((mention.at for mention in found), default=None)
    oldest = _oldest(page, now, anew=anew)
    after = read(pair, asked, page.cursor, now, newest, page.resume_at)
    after = joined(after, pair, str(watch.query), oldest, anew=anew)
    every = next(s.every for s in services.config.sources if s.name == pair.source)
    if came_back(pair, now, every):
        after = replace(after, back=now)
    if not (fresh or edits or volumes or is_worth_keeping(pair, after)):
        return 0
    records = services.records
    writes: list[Write] = [
        records.pairs.put(after.id, after, before.version),
        *(records.mentions.put(m.id, m, 0) for m in fresh),
        *(records.mentions.put(edit.after.id, edit.after, edit.version) for edit in edits),
        *(records.volumes.put(_day_id(v.value), v.value, v.version) for v in volumes.values()),
    ]
    if pair.told:
        writes += silence.is_back(services, pair, now)
    if not silent:
        change = Change({day: kept.value for day, kept in volumes.items()}, after, found)
        limits = await levels.limits(services, watch)
        turned = [edit.after for edit in edits if _turned(edit, limits, now)]
        writes += await alerting.about(services, watch, fresh, turned, change, now)
    await records.commit(writes)
    return len(fresh)


def _oldest(page: Page, now: datetime, *, anew: bool) -> datetime | None:
    """How far back a source that is read from the beginning shows all that it has; None where it
    has nothing, and had nothing before."""
    first = min((post.at for post in page.posts), default=None)
    return now if first is None and (anew or not page.complete) else first


class _Edit(NamedTuple):
    """A known mention whose post was edited; `version` is that of what is kept."""

    before: Mention
    after: Mention
    version: int


def _turned(edit: _Edit, limits: Limits, now: datetime) -> bool:
    """Whether it is the edit that made the post negative."""
    before, after = (
        negative_reason(mention, limits.for_mention(mention).score, now)
        for mention in (edit.before, edit.after)
    )
    return before is None and after is not None


async def _sorted_out(
    services: Services, found: Sequence[Mention]
) -> tuple[list[Mention], list[_Edit]]:
    """The mentions never seen before, and those whose post was edited since."""
    fresh: list[Mention] = []
    edits: list[_Edit] = []
    for number, mention in enumerate(found):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
        kept = await services.records.mentions.get(mention.id)
        if kept is None:
            fresh.append(mention)
            continue
        known, post = kept.value, mention.post
        if (known.post.text, known.post.title) != (post.text, post.title):
            edited = replace(mention, at=known.at, seen=known.seen)
            edits.append(_Edit(known, edited, kept.version))
    return fresh, edits


async def _volumes(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    pair: Pair,
    page: Page,
    now: datetime,
) -> dict[str, Kept[DayVolume]]:
    """The days that this poll changes, with its mentions counted and its gap marked."""
    slots: dict[str, list[int]] = defaultdict(list)
    for mention in fresh:
        if mention.at > now - KEPT:
            day, slot = slot_of(mention.at)
            slots[day].append(slot)
    gap = () if page.complete or pair.last_ok is None else days_between(pair.last_ok, now)
    changed: dict[str, Kept[DayVolume]] = {}
    for day in sorted({*slots, *gap}):
        kept = await services.records.volumes.get(f"{watch.name}\n{day}")
        version, value = (kept.version, kept.value) if kept else (0, None)
        value = replace(value or DayVolume(watch=watch.name, day=day), query=str(watch.query))
        volume = counted(value, slots.get(day, ()), pair.source)
        if day in gap and pair.last_ok:
            volume = with_gap(volume, pair.last_ok, now)
        changed[day] = Kept(volume, version)
    return changed


def _day_id(volume: DayVolume) -> str:
    return f"{volume.watch}\n{volume.day}"


async def _note_failure(
    services: Services, watch: Watch, before: Kept[Pair], error: SourceError
) -> None:
    """Keep that a poll failed; after a few in a row the admin channel hears of it, once."""
    now = services.now()
    until = error.until if isinstance(error, SourceRateLimited) else None
    every = next(s.every for s in services.config.sources if s.name == before.value.source)
    after = failed(before.value, fault(error), now, until, every)
    writes: list[Write] = []
    if must_be_told(after):
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
