"""Vigie, killed with SIGKILL again and again in the middle of a crisis, and what that cost.

Complaints rain on the demo's places, people click, and a real process between them is killed at
moments that a seed draws (`benchmarks.moments`) and begun again on the same data folder, over
Socket Mode or over HTTP. In the end everything that was written must be a mention, and told once,
and every click that was acknowledged carried out, once.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle, islice
from pathlib import Path

import msgspec

from benchmarks.clicking import Worked
from benchmarks.crisis import MARK, everything_was_read_once, said, said_twice, told
from benchmarks.moments import MOMENTS, Lot, Moment
from benchmarks.stage import Stage, staged
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore

OVER_HTTP = 0.25
"""The share of the lives that Slack reaches over HTTP (`vigie serve`)."""

WHOLE = 0.1
"""The share of the processes that load Vigie's code themselves."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of kills came to; `caught` says how many came where, by evidence, and `missed`
    how many came to where they were not aimed."""

    kills: int
    seed: int
    posts: int
    mentions_lost: int
    alerts_lost: int
    shown_twice: int
    marked_repeats: int
    clicks: int
    clicks_acknowledged: int
    clicks_lost: int
    clicks_twice: int
    over_http: int
    whole: int
    caught: dict[str, int]
    missed: int
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Nothing was lost, and nothing shown or done twice."""
        return not any(
            (
                self.mentions_lost,
                self.alerts_lost,
                self.shown_twice,
                self.clicks_lost,
                self.clicks_twice,
            )
        )


async def killed(
    kills: int, seed: int, folder: Path, after_each: Callable[[], None] = lambda: None
) -> Tally:
    """So many kills in one crisis, and what they came to."""
    chance, began = random.Random(seed), time.monotonic()
    caught: Counter[str] = Counter()
    lots: list[Lot] = []
    async with staged(folder) as stage:
        await stage.begin()
        await everything_was_read_once(stage.standin)
        await stage.kill()
        for moment in _moments(kills, chance):
            lot = Lot(chance.random() < OVER_HTTP, chance.random() < WHOLE)
            lots.append(lot)
            with suppress(TimeoutError):  # then it was missed
                if place := await moment(stage, lot, chance):
                    caught[place] += 1
            await stage.kill()
            after_each()
        await stage.begin()
        await stage.all_is_told()
        await stage.kill()
        standin, alerts = stage.standin, told(stage.standin)
        kept, worked = await _kept(stage)
        return Tally(
            kills=kills,
            seed=seed,
            posts=stage.posts,
            mentions_lost=stage.posts - kept,
            alerts_lost=max(0, stage.posts - alerts),
            shown_twice=len(said_twice(standin)) + max(0, alerts - stage.posts),
            marked_repeats=sum("possible repeat" in one.text for one in said(standin)),
            clicks=worked.clicks,
            clicks_acknowledged=worked.acknowledged,
            clicks_lost=worked.lost,
            clicks_twice=worked.twice,
            over_http=sum(lot.http for lot in lots),
            whole=sum(lot.whole for lot in lots),
            caught=dict(caught),
            missed=kills - caught.total(),
            seconds=round(time.monotonic() - began, 1),
        )


def _moments(kills: int, chance: random.Random) -> list[Moment]:
    """The moments in turn, in an order that was drawn: each comes as often as the others."""
    moments = list(islice(cycle(MOMENTS), kills))
    chance.shuffle(moments)
    return moments


async def _kept(stage: Stage) -> tuple[int, Worked]:
    """How many of our complaints are mentions that somebody can work, or has: in a conversation;
    and what became of the clicks."""
    presses = [click.pressed for click in stage.team.clicks if click.pressed]
    await asyncio.gather(*presses)
    records = Records(await TinyStore.open(stage.data, TABLES))
    mentions = await records.mentions.find({"watch": "Lumo"}, "at")
    ours = [kept.value for kept in mentions if MARK in kept.value.post.text]
    texts = {one.post.text for one in ours if await records.conversations.get(one.conversation)}
    worked = await stage.team.worked(records)
    await records.close()
    return len(texts), worked
