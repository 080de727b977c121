"""The composition root: a configuration becomes a running Vigie."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog
from slack_bolt.async_app import AsyncApp

import handlers
from bot.config import Config, PostgresAddress, Secrets
from bot.config.trackers import INSIGHTS_SECRET
from bot.engines.base import Engine
from bot.engines.opinion import OpinionEngine
from bot.engines.resting import Resting
from bot.engines.transformer import TransformerEngine
from bot.engines.writer import ModelWriter, Writer
from bot.errors import SlackError, StoreReadOnly, StoreWritable
from bot.hooks.door import listening
from bot.hooks.requests import Requests
from bot.hooks.serving import Address, served
from bot.jobs.base import Jobs
from bot.jobs.embedded import EmbeddedJobs
from bot.operating.fulldisk import wait_for_room
from bot.operating.pages import shown
from bot.operating.parts import Parts
from bot.operating.selfwatch import watched_over
from bot.scheduling import Schedule
from bot.services import digests, resting
from bot.services.base import Beat, Clock, Services, utc_now
from bot.services.base import Sequence as Numbers
from bot.services.budgets import Budgets
from bot.services.envelopes import EnvelopeLedger
from bot.services.following import following
from bot.services.outbox import Outbox, delivering
from bot.slack.gateway import Gateway
from bot.slack.inhand import done_in_the_end
from bot.slack.responding import responding_over
from bot.slack.socket import check_app_token, connected
from bot.sources.base import Ledger, Source
from bot.sources.http import PoliteClient
from bot.sources.kinds import made
from bot.sources.lives import kept_alive
from bot.sources.tracker import Tracker
from bot.store.base import Store, TableSpec
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore
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
                async with connected(app, secrets.app_token, ledger=known, at_once=at_once) as line:
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


def spare_what_stays() -> None:
    """Have the garbage collector leave alone what is loaded: to look through it again and again
    holds up the loop."""
    gc.unfreeze()  # what ran before another configuration was taken goes
    gc.collect()
    gc.freeze()


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
    jobs.deed(DELIVER, outbox.deliver_lane)
    Schedule(jobs, services).begin()
    await digests.schedule(services)
    try:
        await jobs.start()
        spare_what_stays()
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


@contextlib.asynccontextmanager
async def assembled(
    config: Config, secrets: Secrets, clock: Clock = utc_now
) -> AsyncIterator[Services]:
    """The services over an open store and open connections, which are closed in the end."""
    store = await open_store(config.store)
    records = Records(store)
    try:
        async with (
            Gateway(secrets.bot_token, config.slack.api_url) as slack,
            polite_client(config, clock) as client,
            engines(config, secrets, clock) as reading,
            writing(config, clock) as writer,
        ):
            found = sources(config, client, Budgets(records))
            services = Services(
                config=config,
                records=records,
                slack=slack,
                sources=found,
                clock=clock,
                sequence=Numbers(clock, await records.last_order()),
                engines=reading,
                writer=writer,
                tracker=tracker(config, client),
                heartbeat=heartbeat(config, client),
            )
            await services.watches.reload(records)
            await services.lessons.reload(records)
            await resting.keep_to_rests(services)
            async with kept_alive(found.values()):
                yield services
    finally:
        await records.close()


async def open_store(
    address: Path | PostgresAddress, tables: Sequence[TableSpec] = TABLES
) -> Store:
    """The store at an address, which whoever asked closes.

    Raises StoreLocked where another process holds the folder; StoreUnavailable where the database
    cannot be reached, and StoreBehind where its tables are not this version's.
    """
    if isinstance(address, Path):
        return await TinyStore.open(address, tables)
    # Only where it is asked for: loading it takes time and memory that a small Vigie can spare.
    from bot.store.postgres import PostgresStore

    return await PostgresStore.open(address.url, tables)


def open_jobs(address: Path | PostgresAddress) -> Jobs:
    """The jobs of a Vigie whose store is at `address`: this process's own beside a folder, those
    that all workers share beside a database."""
    if isinstance(address, Path):
        return EmbeddedJobs()
    from bot.jobs.postgres import PostgresJobs

    return PostgresJobs(address.url)


def polite_client(config: Config, clock: Clock) -> PoliteClient:
    """The one HTTP client for all sources."""
    return PoliteClient(
        contact=config.network.contact,
        allow_private=config.network.allow_private_addresses,
        clock=clock,
    )


def heartbeat(config: Config, client: PoliteClient) -> Beat | None:
    """What tells whoever waits for it that Vigie lives, None where nobody does."""
    url = config.operating.heartbeat.value
    return partial(client.get, url) if url else None


@contextlib.asynccontextmanager
async def engines(
    config: Config, secrets: Secrets, clock: Clock
) -> AsyncIterator[tuple[Engine, ...]]:
    """The engines that the configuration asks for: a model in place of the rules, then a second
    opinion on what it says. Closed with the block."""
    found: list[Engine] = []
    if model := config.engines.transformers:
        found.append(TransformerEngine(model.model, model.languages or config.languages))
    if asked := config.engines.opinion:
        key = secrets.opinion_key
        found.append(OpinionEngine(asked.url, asked.model, share=asked.share, key=key))
    async with contextlib.AsyncExitStack() as stack:
        for engine in found:
            stack.push_async_callback(engine.close)
        yield tuple(Resting(engine, clock) for engine in found)


@contextlib.asynccontextmanager
async def writing(config: Config, clock: Clock) -> AsyncIterator[Writer | None]:
    """The language model that the configuration has word summaries, None where it names none.
    Closed with the block."""
    asked = config.summaries
    if asked is None:
        yield None
        return
    key = config.summaries_key.value
    writer = ModelWriter(asked.url, asked.model, asked.kind, clock, key=key)
    try:
        yield writer
    finally:
        await writer.close()


def tracker(config: Config, client: PoliteClient) -> Tracker | None:
    """Who is told what becomes of insights, None where nobody is."""
    told = config.tracker
    if told is None:
        return None
    if told.secret is None:
        log.warning("insights are not sent: a secret is missing", variable=INSIGHTS_SECRET)
        return None
    return Tracker(client, told.url, told.secret.value)


def sources(config: Config, client: PoliteClient, ledger: Ledger) -> Mapping[str, Source]:
    """A source for each in the configuration that is on, by name."""
    return {
        source.name: made(source, client, config.keys.of(source.name), ledger)
        for source in config.sources
    }
