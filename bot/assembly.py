"""The composition root: a configuration becomes services over an open store and connections."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import structlog

from bot.config import Config, PostgresAddress, Secrets
from bot.config.trackers import INSIGHTS_SECRET
from bot.engines.base import Engine
from bot.engines.opinion import OpinionEngine
from bot.engines.resting import Resting
from bot.engines.transformer import TransformerEngine
from bot.engines.writer import ModelWriter, Writer
from bot.jobs.base import Jobs
from bot.jobs.embedded import EmbeddedJobs
from bot.services import resting
from bot.services.base import Beat, Clock, Services, utc_now
from bot.services.budgets import Budgets
from bot.services.numbering import Sequence as Numbers
from bot.services.reckoning import reckoning
from bot.slack.gateway import Gateway
from bot.sources.base import Ledger, Source
from bot.sources.http import PoliteClient
from bot.sources.kinds import made
from bot.sources.lives import kept_alive
from bot.sources.tracker import Tracker
from bot.store.base import Store, TableSpec
from bot.store.repositories import TABLES, Records
from bot.store.tiny import TinyStore

log = structlog.get_logger(__name__)


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
            reckoning() as reckon,
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
                reckon=reckon,
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
