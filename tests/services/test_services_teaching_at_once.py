"""Two workers on one PostgreSQL who judge, ask, measure and learn at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from bot.config import Config, loads
from bot.domain.judgements import Verdict
from bot.domain.mention import Analysis, Sentiment
from bot.services import asking, judging, learning, levels
from bot.services.base import Services
from bot.services.numbering import Sequence
from bot.slack.gateway import Gateway
from bot.store.postgres import PostgresStore, migrate
from bot.store.repositories import TABLES, Records
from tests.builders import a_mention, a_post
from tests.services.conftest import CONFIG, HandClock
from tests.services.teaching import taught

ADMIN = "UADMIN"


@pytest.fixture
def config() -> Config:
    return loads(CONFIG.replace("[slack]", f'[slack]\nadmins = ["{ADMIN}"]'))


@pytest.fixture
async def workers(
    postgres_url: str, config: Config, clock: HandClock
) -> AsyncIterator[list[Services]]:
    await migrate(postgres_url)
    async with AsyncExitStack() as opened:
        found = []
        for _ in range(2):
            records = Records(await PostgresStore.open(postgres_url, TABLES))
            opened.push_async_callback(records.close)
            slack = await opened.enter_async_context(
                Gateway("xoxb-test", "http://127.0.0.1:1/api/")
            )
            found.append(
                Services(
                    config=config,
                    records=records,
                    slack=slack,
                    sources={},
                    clock=clock,
                    sequence=Sequence(clock),
                )
            )
        yield found


async def at_once(workers: list[Services], deed: Callable[[Services], Awaitable[object]]) -> None:
    """Both do it at the same moment, and neither falls over."""
    await asyncio.gather(*(deed(worker) for worker in workers))


async def test_of_two_words_at_once_one_stands_and_is_shown(workers: list[Services]) -> None:
    first, second = workers
    mention = a_mention(id="m1", at=first.now(), post=a_post(id="m1"))
    await first.records.commit([first.records.mentions.put("m1", mention)])
    said: tuple[Verdict, Verdict] = ("right", "not_negative")
    for _ in range(10):
        await asyncio.gather(
            judging.judge(first, "m1", said[0], "U1"), judging.judge(second, "m1", said[1], "U2")
        )
        kept = await first.records.judgements.get("m1")
        assert kept is not None
        assert (kept.value.verdict, kept.value.by) in ((said[0], "U1"), (said[1], "U2"))


async def test_a_day_has_its_questions_once_whoever_draws_them(workers: list[Services]) -> None:
    first, second = workers
    now = first.now()
    posts = [
        a_mention(
            id=f"m{n}",
            at=now - timedelta(minutes=n),
            post=a_post(id=f"m{n}"),
            analysis=Analysis(language="en", sentiment=Sentiment(score=0.1)),
        )
        for n in range(20)
    ]
    await first.records.commit([first.records.mentions.put(one.id, one) for one in posts])
    await at_once(workers, asking.ask)
    asked = await asking.unanswered(second)
    assert len(asked) == first.config.learning.ask
    await at_once(workers, asking.ask)
    assert len(await asking.unanswered(first)) == len(asked)


async def test_a_language_is_learnt_once_and_its_level_is_measured(
    workers: list[Services],
) -> None:
    first, second = workers
    await taught(first, 60)
    await at_once(workers, learning.learn_anew)
    await at_once(workers, levels.refresh)
    for worker in workers:
        await worker.lessons.reload(worker.records)
        assert worker.lessons.models["en"].version == 1
    waiting = await second.records.outbox.find({"state": "waiting"}, "order")
    assert len(waiting) == 1, "the admins hear once"
    await at_once(workers, learning.learn_anew)
    assert second.lessons.models["en"].version == 1


async def test_a_reset_while_another_learns_is_not_undone(workers: list[Services]) -> None:
    first, second = workers
    await taught(first, 60)

    async def reset() -> None:
        await asyncio.sleep(0.2)  # the trial of the other takes longer
        await learning.reset(second, ADMIN, "en")

    await asyncio.gather(learning.learn_anew(first), reset())
    kept = await first.records.lessons.get("en")
    assert kept is not None
    assert (kept.value.model, kept.value.labels) == (0, {})
    assert await first.records.models.get("en") is None
