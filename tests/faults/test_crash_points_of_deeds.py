"""The process dies before or after each effect of what people do, and of what falls due: a click
over HTTP, a claim that lapses, an insight that is decided on, a spike that goes
on.

All pairs are tried with `VIGIE_EVERY_CRASH=1`, a sample otherwise.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncApp

import handlers
from bot.config import loads
from bot.domain.mention import Post
from bot.domain.pairs import pair_id
from bot.hooks.requests import Requests
from bot.hooks.serving import Address, served
from bot.services import conversations, hearing, ingest, insights, rounds
from bot.services.base import Services
from bot.services.envelopes import EnvelopeLedger
from bot.services.hearing import Chosen
from bot.services.subjects import Subject
from bot.slack import ids
from bot.sources.base import Page
from bot.standin import AppSpec, Refusal, Standin, Unanswered
from tests.builders import a_fresh_post, a_post
from tests.faults.crashing import Dead, Fuse, Story, cards_and_notes, delivered, every_one, pairs
from tests.services.conftest import CONFIG

HERE = Address(host="127.0.0.1", port=0)
MEMBER = "U0CAMILLE"
BEGAN = datetime.now(UTC).replace(microsecond=0)
OPEN = """
[hours]
opens = "00:00"
closes = "00:00"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
[[teams]]
name = "Lamp"
channel = "#lamp"
themes = ["lamp"]
"""
ALWAYS_OPEN = loads(CONFIG + OPEN)
LAST = 30
ASKS = "lumo is terrible, I hate it, the worst. Please add a dark mode."


class Feed:
    """A source that shows the same posts for ever, after an empty history."""

    name = "forum"

    def __init__(self, *posts: Post) -> None:
        self._posts = posts

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: object) -> Page:
        return Page(posts=self._posts if cursor else (), cursor="read")


COMPLAINT = Feed(a_fresh_post(id="p", source="forum", text=ASKS))


async def polled(services: Services) -> None:
    [watch] = services.config.watches
    for _ in range(2):
        await ingest.poll(services, watch, "forum")


async def events_of(services: Services, deed: str) -> int:
    return sum(kept.value.deed == deed for kept in await services.records.audit.find({}, "order"))


# a click over HTTP: the request remembered, the deed kept, the answer kept, the answer given


async def click(services: Services, standin: Standin, fuse: Fuse) -> None:
    await polled(services)
    await delivered(services, fuse)
    standin.clock.forward(11)  # a dead worker's claim on a request is given up
    bolt = AsyncApp(client=services.slack.client, request_verification_enabled=False)
    handlers.register(bolt, services)
    requests = Requests(
        bolt,
        standin.signing_secret,
        services.clock,
        EnvelopeLedger(services, worker=f"life {id(services)}"),
    )
    async with served(requests, HERE) as where:
        address = f"http://{where.host}:{where.port}/slack/events"
        await insisted(fuse, partial(standin.use_http, address))
        cards, _ = cards_and_notes(standin, "#care")
        for card in cards:
            await insisted(fuse, partial(standin.person("Camille").click, card, ids.CLAIM))
        if fuse.blown.is_set():
            raise Dead
        await delivered(services, fuse)


async def insisted(fuse: Fuse, deed: Callable[[], Awaitable[object]]) -> None:
    """Somebody does it, and again where nobody answers in time – a busy machine may take seconds –
    as long as this life lasts and Slack offers it; the next life is asked anew."""
    while not fuse.blown.is_set():
        try:
            await deed()
        except Unanswered:
            continue
        except Refusal:
            pass
        return


async def is_claimed_once(services: Services, standin: Standin) -> None:
    cards, notes = cards_and_notes(standin, "#care")
    assert await events_of(services, "claim") == 1
    assert len(cards) == len(notes) == 1
    assert standin.person("Camille").id in str(cards[0].blocks)


A_CLICK = Story(
    config=ALWAYS_OPEN,
    sources=lambda _: {"forum": COMPLAINT},
    work=click,
    check=is_claimed_once,
    app=AppSpec(bot_token="xoxb-crash", signing_secret="0123456789abcdef"),
)


# a claim that nobody answers for: the question in the thread, then anybody's again


async def lapse(services: Services, standin: Standin, fuse: Fuse) -> None:
    await polled(services)
    await delivered(services, fuse)
    for conversation in await conversations.queue(services):
        if conversation.state == "new" and not await events_of(services, "claim"):
            await conversations.claim(services, conversation.id, MEMBER)
    await delivered(services, fuse)
    while due := await next_lease(services):
        standin.clock.forward(max(0.0, (due - services.clock()).total_seconds() + 1))
        await rounds.make(services, {"lease": rounds.LOOKERS["lease"]})
        await delivered(services, fuse)


async def next_lease(services: Services) -> datetime | None:
    found = [kept.value for kept in await services.records.timers.find({}, "due")]
    return next((timer.due for timer in found if timer.kind == "lease"), None)


async def has_lapsed_once(services: Services, standin: Standin) -> None:
    cards, notes = cards_and_notes(standin, "#care")
    assert (await events_of(services, "claim"), await events_of(services, "lapse")) == (1, 1)
    assert len(cards) == 1
    assert len(notes) == 3, "claimed, asked, anybody's again"
    assert "nobody has this" in str(cards[0].blocks)


A_LAPSE = Story(
    config=ALWAYS_OPEN,
    sources=lambda _: {"forum": COMPLAINT},
    work=lapse,
    check=has_lapsed_once,
)


# an insight: its card, and the card drawn again when it is decided on


async def insight(services: Services, standin: Standin, fuse: Fuse) -> None:
    await polled(services)
    [mention] = await services.records.mentions.find({"watch": "Lumo"}, "at")
    made = await services.records.insights.find({}, "heard")
    if not made:
        wanted = Chosen(title="Please add a dark mode.", kind="wish", theme="lamp", team="Lamp")
        await hearing.heard(services, Subject(mention=mention.value.id), wanted, MEMBER)
    await delivered(services, fuse)
    for kept in await services.records.insights.find({}, "heard"):
        if kept.value.state == "heard":
            await insights.carry_out(services, kept.value.id, "accept", MEMBER)
    await delivered(services, fuse)


async def is_accepted_once(services: Services, standin: Standin) -> None:
    cards, notes = cards_and_notes(standin, "#lamp")
    assert len(cards) == 1
    assert len(notes) == 1, "who accepted it"
    assert "dark mode" in str(cards[0].blocks)
    assert ids.INSIGHT_PLAN in str(cards[0].blocks), "the card is that of an accepted one"


AN_INSIGHT = Story(
    config=ALWAYS_OPEN,
    sources=lambda _: {"forum": COMPLAINT},
    work=insight,
    check=is_accepted_once,
)


# a spike that goes on: told once, its card drawn again as more posts come


class Crisis:
    """A source with a quiet week behind it, then a burst, then more of it and somebody angry."""

    name = "forum"

    def __init__(self, now: datetime) -> None:
        self._pages = {
            None: Page(posts=tuple(_quiet(now)), cursor="quiet"),
            "quiet": Page(posts=tuple(_burst(now, range(24))), cursor="burst"),
            "burst": Page(posts=tuple(_burst(now, range(24, LAST + 1))), cursor="over"),
        }

    async def fetch(self, terms: Sequence[str], cursor: str | None, now: object) -> Page:
        return self._pages.get(cursor) or Page(posts=(), cursor=cursor or "")


def _quiet(now: datetime) -> Iterator[Post]:
    for n in range(1, 160):
        at = now - timedelta(hours=n)
        text = f"a lumo lamp {n} of {n * 7}"
        yield a_post(source="forum", id=f"q{n}", text=text, author=f"@q{n}", at=at)


def _burst(now: datetime, numbers: Iterable[int]) -> Iterator[Post]:
    for n in numbers:
        text = ASKS if n == LAST else f"lumo dawn {n}: seen from the {n}th floor"
        yield a_post(source="forum", id=f"s{n}", text=text, author=f"@s{n}", at=now)


async def spike(services: Services, standin: Standin, fuse: Fuse) -> None:
    [watch] = services.config.watches
    for source in services.sources:  # nothing is a spike before each was read once
        if await services.records.pairs.get(pair_id(watch.name, source)) is None:
            await ingest.poll(services, watch, source)
    for _ in range(2):
        await ingest.poll(services, watch, "forum")
        await delivered(services, fuse)
    standin.clock.forward(60)  # what a flood changes is drawn every few seconds
    await delivered(services, fuse)


async def is_one_spike(services: Services, standin: Standin) -> None:
    cards, notes = cards_and_notes(standin, "#brand")
    assert len(cards) == 1
    assert len(notes) == 1, "the angry one, in its thread"
    assert str(LAST + 1) in str(cards[0].blocks), "the card tells of all posts"


A_SPIKE = Story(
    config=ALWAYS_OPEN,
    sources=lambda _: {"forum": Crisis(BEGAN), "lumen.social": Feed()},
    work=spike,
    check=is_one_spike,
)


STORIES = {"click": A_CLICK, "lapse": A_LAPSE, "insight": AN_INSIGHT, "spike": A_SPIKE}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("story", STORIES)
async def test_one_death_anywhere_loses_no_deed_and_does_none_twice(
    tmp_path: Path, story: str
) -> None:
    assert await every_one(STORIES[story], tmp_path) >= 20


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("story", STORIES)
async def test_two_deaths_anywhere_lose_no_deed_and_do_none_twice(
    tmp_path: Path, story: str
) -> None:
    assert await pairs(STORIES[story], tmp_path, sample=8)
