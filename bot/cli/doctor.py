"""`vigie doctor`: findings as they come, one a line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.assembly import open_store, polite_client, sources
from bot.cli.doctor_model import examine_model
from bot.cli.doctor_places import examine_places
from bot.cli.terminal import printable_lines
from bot.config import Config, PostgresAddress, Secrets
from bot.errors import Fault
from bot.health import (
    Finding,
    examine_database,
    examine_hooks,
    examine_slack,
    examine_sources,
    examine_store,
)
from bot.services.base import utc_now
from bot.slack.gateway import Gateway
from bot.sources.ledgers import SpentHere
from bot.sources.lives import kept_alive


async def examine_and_print(
    config: Config, secrets: Secrets | None, missing: Sequence[Fault]
) -> bool:
    """Print every finding; whether all is well. Without tokens (`missing` says why), Slack cannot
    be asked, but the sources can."""
    console = Console(highlight=False)
    ill = 0
    with console.status("looking…"):
        async for finding in _findings(config, secrets, missing):
            console.print(_line(finding), soft_wrap=True)
            ill += not finding.well
    things = "thing needs" if ill == 1 else "things need"
    console.print(f"\n{ill} {things} a hand." if ill else "\nAll is well: vigie run")
    return not ill


async def _findings(
    config: Config, secrets: Secrets | None, missing: Sequence[Fault]
) -> AsyncIterator[Finding]:
    yield Finding(subject="configuration", words=f"can be read; it watches {_names(config)}")
    store = await _store(config.store)
    yield store
    async for finding in examine_places(config, runs=store.runs):
        yield finding
    for fault in missing:
        yield Finding(subject=fault.place, words=fault.message, advice=f"export {fault.place}=…")
    if secrets:
        async with Gateway(secrets.bot_token, config.slack.api_url) as slack:
            async for finding in examine_slack(config, slack, secrets.app_token, utc_now):
                yield finding
    if model := await examine_model(config, utc_now):
        yield model
    for finding in examine_hooks(config):
        yield finding
    async with polite_client(config, utc_now) as client:
        found = sources(config, client, SpentHere())
        async with kept_alive(found.values()):
            async for finding in examine_sources(config, found, utc_now()):
                yield finding


async def _store(address: Path | PostgresAddress) -> Finding:
    if isinstance(address, Path):
        return await asyncio.to_thread(examine_store, address)
    return await examine_database(address, partial(open_store, address))


def _names(config: Config) -> str:
    return ", ".join(watch.name for watch in config.watches)


def _line(finding: Finding) -> Text:
    mark, style = ("✓", "green") if finding.well else ("✗", "red")
    line = Text.assemble((f"{mark} ", style), (finding.subject, "bold"), ": ")
    line.append(printable_lines(finding.words))  # places and Slack have their say in it
    if finding.advice:
        line.append(f"\n    → {printable_lines(finding.advice)}", style="yellow")
    return line
