"""The store of a load, filled beforehand as months of polling would have left it.

Mentions, the sketches by which copies are told, levels, volumes and timers are written by the bot's
own store code, many a commit. What does not change from run to run is kept in a folder and copied.
"""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec
from msgspec.structs import replace

from benchmarks.load_plan import NOISE, SEARCHES, STREAM, TELLING, Plan, name_of, said, search_of
from bot.config import loads
from bot.domain.alerts import Alert, NegativeReason
from bot.domain.analysis.reading import Reading
from bot.domain.conversation import Conversation
from bot.domain.copies import sketches, told
from bot.domain.matching import Matcher
from bot.domain.mention import Mention, Post
from bot.domain.pairs import Pair
from bot.domain.pulses import Pulse
from bot.domain.query import parse
from bot.domain.timers import Timer
from bot.domain.velocity import Speeds, clocked
from bot.domain.volume import SLOTS_A_DAY, DayVolume, slot_of
from bot.domain.watch import Watch
from bot.services import levels
from bot.services.base import Services
from bot.services.mentioning import mention_of, read_posts
from bot.services.moods import with_moods
from bot.services.numbering import Sequence as Numbers
from bot.services.prints import prints_of
from bot.slack.gateway import Gateway
from bot.store.base import Write
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore

PAST = timedelta(days=14)
"""Over so long the mentions are spread."""

VOLUMES = 28
"""Days of which each watch's counts are known: as many a day as the load brings, so that it is no
spike."""

A_COMMIT = 1_000
SAMPLE = 4_000
"""Texts at most whose moods and languages are read; the rest is taken for one of these."""

OPEN = 125
"""Conversations that wait."""

A_POLL = 6
"""Mentions whose sketches one poll left."""

Advance = Callable[[int], object]


async def filled(plan: Plan, cache: Path, folder: Path, advance: Advance) -> list[str]:
    """Make `folder` the store of a load that begins now; the ids of conversations that wait in it.
    What was filled today by a plan of this size is taken from `cache`."""
    today = datetime.now(UTC).date().isoformat()
    size = f"{plan.watches}-{plan.mentions}-{plan.posts:g}-{plan.seed}-{SEARCHES}-{TELLING}"
    kept = cache / f"{size}-{today}"
    if not (kept / "whole").exists():
        shutil.rmtree(kept, ignore_errors=True)
        await _fill(plan, kept / "data", advance)
        (kept / "whole").touch()
    await asyncio.to_thread(shutil.copytree, kept / "data", folder)
    return await _bring_up(plan, folder)


async def _fill(plan: Plan, folder: Path, advance: Advance) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    records = Records(await TinyStore.open(folder, TABLES))
    services = _services(plan, records)
    now = services.now()
    mentions = _mentions(plan, services.watches.all, services.reading, now)
    while part := list(islice(mentions, A_COMMIT)):
        put = records.mentions.put
        await records.commit([put(one.id, one, 0) for one in part])
        await records.commit(list(_prints(records, part)))
        advance(len(part))
    for some in _parts(_volumes(plan, records, now)):
        await records.commit(some)
    await levels.refresh(services)
    for watch in services.watches.all:
        await records.commit([await _pulse(services, watch, now)])
    await records.close()


def _services(plan: Plan, records: Records) -> Services:
    places = {search_of(number): "http://127.0.0.1:1" for number in range(SEARCHES)}
    places[STREAM] = "http://127.0.0.1:1"
    config = loads(plan.config("data", "http://127.0.0.1:1/api/", places, "127.0.0.1:1"))
    clock = partial(datetime.now, UTC)
    return Services(
        config=config,
        records=records,
        slack=Gateway("xoxb-benchmark", "http://127.0.0.1:1/api/"),
        sources={},
        clock=clock,
        sequence=Numbers(clock),
    )


def _mentions(
    plan: Plan, watches: Sequence[Watch], reading: Reading, now: datetime
) -> Iterator[Mention]:
    """Of each watch its part, oldest first: so many of one after the other are of one poll."""
    chance = random.Random(plan.seed)
    sample = _sample(plan, reading, now)
    number = 0
    for place, watch in enumerate(watches):
        count = round(plan.mentions * plan.share(place))
        times = sorted(chance.random() for _ in range(count))
        for when in times:
            like = chance.choice(sample)
            post = replace(
                like.post,
                source=search_of(place),
                id=f"past-{number}",
                url=f"http://127.0.0.1/item?id=past-{number}",
                text=said(plan.brands[place], chance)[0],
                at=(now - PAST * (1 - when)).replace(microsecond=0),
            )
            number += 1
            yield mention_of(watch, post, like.analysis, post.at + timedelta(minutes=2))


def _sample(plan: Plan, reading: Reading, now: datetime) -> list[Mention]:
    """Posts as they are read."""
    chance, matcher = random.Random(plan.seed), Matcher((_any_watch(),))
    posts = []
    for number in range(min(SAMPLE, 100 + plan.mentions // 20)):
        text, language = said("lumo", chance)
        posts.append(
            Post(
                source="",
                id=str(number),
                url="",
                text=text,
                author=f"someone{number % 997}",
                at=now,
                title="What do you use at home?",
                language=language if chance.random() < 0.5 else None,
            )
        )
    return read_posts(matcher, posts, reading, now)


def _any_watch() -> Watch:
    return Watch(name="any", query=parse("lumo"), sources=(), negative_channel="", spike_channel="")


def _prints(records: Records, mentions: Sequence[Mention]) -> Iterator[Write]:
    rows = sketches([told(one.post) for one in mentions])
    start = 0
    while start < len(mentions):
        first, end = mentions[start], start + 1
        while end < min(len(mentions), start + A_POLL) and mentions[end].watch == first.watch:
            end += 1
        some = mentions[start:end]
        prints = prints_of(first.watch, some[-1].seen, [one.id for one in some], rows[start:end])
        yield records.prints.put(first.id, prints, 0)
        start = end


def _volumes(plan: Plan, records: Records, now: datetime) -> Iterator[Write]:
    """What was counted, as much each hour as the load will bring: the mentions of most of it are
    kept no more."""
    chance = random.Random(plan.seed)
    a_slot = plan.posts * 0.7 * 900
    days = [(now - timedelta(days=back)).date().isoformat() for back in range(VOLUMES, -1, -1)]
    for place in range(plan.watches):
        expected = a_slot * plan.share(place)
        for day in days:
            slots = slot_of(now)[1] if day == days[-1] else SLOTS_A_DAY
            counts = [max(0, round(chance.gauss(expected, expected**0.5))) for _ in range(slots)]
            whole = (*counts, *(0 for _ in range(SLOTS_A_DAY - slots)))
            volume = DayVolume(
                watch=name_of(place), day=day, counts=whole, query=f"{plan.brands[place]} -{NOISE}"
            )
            yield records.volumes.put(f"{volume.watch}\n{day}", volume)


async def _pulse(services: Services, watch: Watch, now: datetime) -> Write:
    """The moods and speeds that its polls have learnt: else each would be learnt in the load, from
    all that was kept, at the first news of its watch."""
    known = await with_moods(services, watch, Pulse(watch=watch.name), (), now)
    kept = await services.records.mentions.find({"watch": watch.name}, "at", since=now - PAST)
    speeds = clocked(Speeds(), [one.value for one in kept], now)
    pulse = replace(known, speeds=replace(speeds, days=PAST / timedelta(days=1)))
    return services.records.pulses.put(watch.name, pulse)


async def _bring_up(plan: Plan, folder: Path) -> list[str]:
    """What has to be of this moment: how far each place was read, what is looked at next, and some
    conversations."""
    records = Records(await TinyStore.open(folder, TABLES))
    services = _services(plan, records)
    now, chance = services.now(), random.Random(plan.seed)
    writes = list[Write]()
    for place, watch in enumerate(services.watches.all):
        for source in watch.sources:
            pair = _pair(watch, source, plan.brands[place], now)
            writes.append(records.pairs.put(pair.id, pair))
        due = now + timedelta(hours=6) * chance.random()
        timer = Timer(kind="pulse", subject=watch.name, due=due)
        writes.append(records.timers.put(timer.id, timer))
    known = list[str]()
    for watch in services.watches.all[: OPEN * TELLING : TELLING]:
        for kept in await records.mentions.find({"watch": watch.name}, "at", limit=1):
            known.append(kept.value.conversation)
            writes += _waiting(records, kept.value, watch, now)
    for some in _parts(iter(writes)):
        await records.commit(some)
    await records.close()
    return known


def _pair(watch: Watch, source: str, brand: str, now: datetime) -> Pair:
    seconds = int(now.timestamp())
    cursor = {"at": seconds * 1_000_000} if source == STREAM else {"newest": {brand: seconds}}
    return Pair(
        watch=watch.name,
        source=source,
        cursor=msgspec.json.encode(cursor).decode(),
        asked=watch.query.anchors(),
        query=str(watch.query),
        counted_from=now - timedelta(days=60),
        last_ok=now,
        looked_back=now,
    )


def _waiting(records: Records, mention: Mention, watch: Watch, now: datetime) -> list[Write]:
    """A conversation that waits, and the alert that told of it."""
    alert = Alert(
        id=mention.id,
        kind="negative",
        watch=watch.name,
        channel=watch.negative_channel,
        raised=now - timedelta(hours=1),
        reason=NegativeReason(score=-0.6, threshold=-0.3, words=()),
        conversation=mention.conversation,
        posts=(mention.id,),
    )
    conversation = Conversation(
        id=mention.conversation,
        watch=watch.name,
        title=f"{mention.post.author} · {mention.post.source}",
        alert=alert.id,
        opened=alert.raised,
        changed=alert.raised,
    )
    return [
        records.alerts.put(alert.id, alert),
        records.conversations.put(conversation.id, conversation),
    ]


def _parts(writes: Iterator[Write]) -> Iterator[list[Write]]:
    while part := list(islice(writes, A_COMMIT)):
        yield part
