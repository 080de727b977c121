"""Having Vigie keep watch, be examined, or be played."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.clocks import ClockAhead
from bot.cli.given import (
    FAILED,
    ConfigPath,
    Verbose,
    database_named,
    give_up,
    settings_and_tokens,
    settings_in,
)
from bot.cli.stopping import stop_on_signals, stop_when_stdin_closes
from bot.config import secrets
from bot.errors import ConfigError, Fault, SlackError, StoreError
from bot.logs import start_logging


def run(
    config: ConfigPath = Path("config.toml"),
    verbose: Verbose = False,
    while_stdin_open: Annotated[bool, typer.Option(hidden=True)] = False,
    clock_ahead: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Keep watch, over Socket Mode, until stopped."""
    from bot import app  # the whole of Vigie: not to be loaded for --help
    from bot.services.base import utc_now

    start_logging(verbose=verbose)
    settings, tokens = settings_and_tokens(config)
    clock = ClockAhead(clock_ahead, utc_now) if clock_ahead else utc_now

    async def keep_watch() -> None:
        stop = asyncio.Event()
        stop_on_signals(stop)
        if while_stdin_open:
            stop_when_stdin_closes(stop)
        await app.run(settings, tokens, stop, clock)

    try:
        asyncio.run(keep_watch())
    except StoreError as error:
        give_up(f"{error}", FAILED)
    except SlackError as error:
        give_up(f"{error}\n`vigie doctor` tells more.", FAILED)


def doctor(config: ConfigPath = Path("config.toml")) -> None:
    """Check the configuration, tokens, scopes, channels and each source; say what to do."""
    from bot.cli.doctor import examine_and_print

    settings = settings_in(config)
    tokens, missing = None, tuple[Fault, ...]()
    try:
        tokens = secrets()
    except ConfigError as error:
        missing = error.faults
    if not asyncio.run(examine_and_print(settings, tokens, missing)):
        raise typer.Exit(FAILED)


def demo(
    port: Annotated[
        int, typer.Option(envvar="PORT", min=0, max=65535, help="The page's port; 0 picks one.")
    ] = 8765,
    seed: Annotated[int, typer.Option(help="Another seed is another week.")] = 1,
    store: Annotated[
        str, typer.Option(help="A PostgreSQL, such as postgresql://me@localhost/me.")
    ] = "",
    workers: Annotated[int, typer.Option(min=1, max=8, help="Bots that share the --store.")] = 1,
) -> None:
    """A Slack workspace in the browser, a small social web, and Vigie between them."""
    from bot.cli.demo import play

    address = database_named(store, workers)
    try:
        code = asyncio.run(play(port, seed, address, workers))
    except StoreError as error:
        give_up(f"{error}", FAILED)
    if code:
        raise typer.Exit(code)
