"""A running Vigie, over what `bot.assembly` put together, from its start to its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Coroutine
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from slack_bolt.async_app import AsyncApp

import handlers
from bot.assembly import assembled, open_jobs
from bot.config import Config, Secrets
from bot.errors import SlackError, StoreReadOnly, StoreWritable
from bot.hooks.door import listening
from bot.hooks.requests import Requests
from bot.hooks.serving import Address, served
from bot.operating.fulldisk import wait_for_room
from bot.operating.heap import sparing
from bot.operating.pages import shown
from bot.operating.parts import Parts
from bot.operating.selfwatch import watched_over
from bot.scheduling import Schedule
from bot.services import digests
from bot.services.base import Clock, Services, utc_now
from bot.services.carrying import Carrier
from bot.services.envelopes import EnvelopeLedger
from bot.services.following import following
from bot.services.outbox import Outbox, delivering
from bot.slack.ear import heard
from bot.slack.gateway import Gateway
from bot.slack.inhand import done_in_the_end
from bot.slack.responding import responding_over
from bot.slack.socket import check_app_token
from handlers.acknowledging import says_nothing

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 60.0
"""Seconds between two tries to reach Slack, at most."""

DELIVER = "deliver"
"""The deed of delivering a lane of the outbox."""

GRACE = timedelta(seconds=1)
"""What running polls get to end when Vigie stops; what they did not keep is polled again."""


async def run(
    config: Config, secrets: Secrets, stop: asyncio.Event, clock: Clock = utc_now
) -> None:
    """Keep watch until `stop` is set; while Slack cannot be reached, polling goes on and alerts
    wait. `clock` tells the time that everything is judged by.

    Where the disk takes nothing more it waits for room. Raises StoreWritable once there is, for
    whoever can begin anew; StoreLocked where another Vigie holds the data folder, StoreReadOnly
    where that cannot be written to begin with, StoreBehind and StoreUnavailable where the database
    cannot be used yet, a SlackError where Slack refuses the tokens, and ConfigError where it cannot
    listen for what is sent.
    """
    async with assembled(config, secrets, clock) as services:
        app, parts = bolt(services), Parts(services)
        async with (
            operated(parts),
            outlasting_a_full_disk(services, stop),
            done_in_the_end(app),
            at_work(services),
            ended_by(stop, services.records.refused) as over,
        ):
            if await reached(services.slack, secrets.app_token, over):
                known = ledger(services)
                at_once = None if known else says_nothing
                async with heard(app, secrets.app_token, ledger=known, at_once=at_once) as line:
                    parts.slack = lambda: line.is_open
                    await _watched(services, over)


async def serve(
    config: Config, secrets: Secrets, stop: asyncio.Event, address: Address, clock: Clock = utc_now
) -> None:
    """Keep watch until `stop` is set, as `run` does, where Slack sends its requests to `address`.

    Slack checks the address before it knows the app, so it is answered at once. Raises what `run`
    does, and ConfigError where it cannot listen there.
    """
    async with assembled(config, secrets, clock) as services:
        app, parts = bolt(services), Parts(services)
        requests = Requests(app, secrets.signing_secret, clock, ledger(services))
        async with (
            operated(parts),
            outlasting_a_full_disk(services, stop),
            done_in_the_end(app),
            served(requests, address),
            at_work(services),
            ended_by(stop, services.records.refused) as over,
        ):
            if await reached(services.slack, "", over):
                parts.slack = lambda: True
                await _watched(services, over)


def bolt(services: Services) -> AsyncApp:
    """The app that answers what Slack asks. What comes over HTTP was proved to be Slack's before
    (`bot.hooks.requests`), by Vigie's own clock."""
    app = AsyncApp(client=services.slack.client, request_verification_enabled=False)
    app.use(responding_over(services.slack))
    handlers.register(app, services)
    return app


async def _watched(services: Services, over: asyncio.Event) -> None:
    """Wait for the end: that it is asked for, or that the store takes nothing more."""
    log.info("on the lookout", watches=len(services.config.watches))
    await over.wait()


@contextlib.asynccontextmanager
async def ended_by(*events: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """An event that is set, while the block runs, when one of some others is."""
    over = asyncio.Event()

    async def end() -> None:
        await _either(*events)
        over.set()

    ending = asyncio.create_task(end())
    try:
        yield over
    finally:
        ending.cancel()
        await asyncio.gather(ending, return_exceptions=True)


@contextlib.asynccontextmanager
async def outlasting_a_full_disk(services: Services, stop: asyncio.Event) -> AsyncIterator[None]:
    """Where the block ends as the store took nothing more, wait until it does. Raises StoreWritable
    then."""
    folder, refused = services.config.store, services.records.refused
    try:
        yield
    except StoreReadOnly:
        if not refused.is_set():
            raise
    if not refused.is_set():
        return
    if not isinstance(folder, Path):
        raise StoreReadOnly(f"{folder} takes nothing more: is its disk full?")
    if await wait_for_room(services, folder, stop):
        raise StoreWritable(f"{folder} takes writes again")


@contextlib.asynccontextmanager
async def at_work(services: Services) -> AsyncIterator[None]:
    """Polls and deliveries run while the block does, here or at another worker, and what is sent is
    listened for."""
    jobs = open_jobs(services.config.store)
    outbox = Outbox(services, partial(jobs.enqueue, DELIVER))
    jobs.deed(DELIVER, Carrier(services).deliver)
    Schedule(jobs, services).begin()
    await digests.schedule(services)
    try:
        await jobs.start()
        with sparing():
            async with delivering(outbox), followed(services), listening(services):
                yield
    finally:
        await jobs.stop(GRACE)


@contextlib.asynccontextmanager
async def operated(parts: Parts) -> AsyncIterator[None]:
    """How Vigie is, is told and watched over while the block runs."""
    operating = parts.services.config.operating
    async with shown(parts, operating), watched_over(parts, operating):
        yield


@contextlib.asynccontextmanager
async def followed(services: Services) -> AsyncIterator[None]:
    """Other workers on the same database may change what is watched, or learn; one alone knows."""
    if isinstance(services.config.store, Path):
        yield
        return
    records = services.records
    async with following(services.watches, records), following(services.lessons, records):
        yield


def ledger(services: Services) -> EnvelopeLedger | None:
    """What the workers on one database know of each other's envelopes; one alone needs none."""
    if isinstance(services.config.store, Path):
        return None
    return EnvelopeLedger(services, worker=f"{socket.gethostname()} {os.getpid()}")


async def _either(*events: asyncio.Event) -> None:
    """Wait until one of the events is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


async def reached(slack: Gateway, app_token: str, stop: asyncio.Event) -> bool:
    """Wait until Slack takes both tokens, or one where there is no `app_token`; False where `stop`
    was set first.

    Raises a SlackError where Slack refuses one of them.
    """
    pause = 1.0
    while not stop.is_set():
        try:
            return await _unless(stop, _greeted(slack, app_token))
        except SlackError as error:
            if not error.retry:
                raise
            log.warning("Slack cannot be reached; polling goes on", reason=str(error))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()
            pause = min(2 * pause, LONGEST_PAUSE)
    return False


async def _greeted(slack: Gateway, app_token: str) -> None:
    """Show Slack the tokens. Raises a SlackError."""
    await slack.identity()
    if app_token:
        await check_app_token(slack.client, app_token)


async def _unless(stop: asyncio.Event, deed: Coroutine[None, None, None]) -> bool:
    """Whether a deed was done before `stop` was set, which breaks it off. Raises what it does."""
    doing, stopped = asyncio.create_task(deed), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((doing, stopped), return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            return False
        await doing
        return True
    finally:
        for task in (doing, stopped):
            task.cancel()
        await asyncio.gather(doing, stopped, return_exceptions=True)
