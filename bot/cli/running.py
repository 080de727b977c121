"""Having Vigie keep watch, be examined, or be played."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.clocks import ClockAhead
from bot.cli.given import (
    FAILED,
    UNUSABLE,
    ConfigPath,
    Verbose,
    database_named,
    give_up,
    listed,
    settings_and_tokens,
    settings_in,
)
from bot.cli.loop import run_in_loop
from bot.cli.renewing import keep_running, outlive_hup
from bot.cli.stopping import stopped_by_signals
from bot.config import Config, loads, secrets
from bot.config.tokens import HTTP, needed
from bot.errors import (
    ConfigError,
    Fault,
    QueryError,
    SlackError,
    StoreBehind,
    StoreDamaged,
    StoreError,
    StoreLocked,
)
from bot.logs import be_quiet, hear_all, start_logging


def run(
    config: ConfigPath = Path("config.toml"),
    verbose: Verbose = False,
    while_stdin_open: Annotated[bool, typer.Option(hidden=True)] = False,
    clock_ahead: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """Keep watch, over Socket Mode, until stopped."""
    outlive_hup()
    from bot import app  # the whole of Vigie: not to be loaded for --help
    from bot.services.base import utc_now

    start_logging(verbose=verbose)
    hear_all()
    settings, tokens = settings_and_tokens(config)
    clock = ClockAhead(clock_ahead, utc_now) if clock_ahead else utc_now

    async def keep_watch() -> None:
        over = asyncio.Event()
        with stopped_by_signals(over, with_stdin=while_stdin_open):
            await keep_running(
                lambda by, stop: app.run(by, tokens, stop, clock), config, settings, over
            )

    _until_stopped(keep_watch, config)


def serve(
    config: ConfigPath = Path("config.toml"),
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="PORT", min=0, max=65535, help="Its port; 0 picks one.")
    ] = 3000,
    verbose: Verbose = False,
) -> None:
    """Keep watch, over HTTP: Slack sends its requests to /slack/events here."""
    outlive_hup()
    from bot import app
    from bot.hooks.serving import Address

    start_logging(verbose=verbose)
    hear_all()
    settings, tokens = settings_and_tokens(config, HTTP)

    address = Address(host=host, port=port)

    async def keep_watch() -> None:
        over = asyncio.Event()
        with stopped_by_signals(over):
            await keep_running(
                lambda by, stop: app.serve(by, tokens, stop, address), config, settings, over
            )

    _until_stopped(keep_watch, config)


def _until_stopped(keep_watch: Callable[[], Coroutine[None, None, None]], config: Path) -> None:
    """Run it to its end, or to an end in words."""
    try:
        run_in_loop(keep_watch())
    except (StoreLocked, StoreBehind, StoreDamaged) as error:
        give_up(f"{error}", UNUSABLE)  # somebody must do something first: no reason to try again
    except StoreError as error:
        give_up(f"{error}", FAILED)
    except SlackError as error:
        give_up(f"{error}\n`vigie doctor` tells more.", FAILED)
    except ConfigError as error:
        give_up(f"Vigie cannot start with {config} yet:\n{listed(error)}", UNUSABLE)


def try_query(
    query: Annotated[str, typer.Argument(help="What a watch asks, as in the configuration.")],
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            "-s",
            help="A source of the configuration, or a feed’s address; several "
            "may be named. All of them if left out.",
        ),
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Mentions shown of each source.")] = 10,
    config: ConfigPath = Path("config.toml"),
) -> None:
    """Show what a watch would catch now; nothing is kept, and Slack is not asked."""
    be_quiet()
    from bot.cli.trying import NoSuchSource, try_and_print, with_sources
    from bot.domain.query import parse

    try:
        parsed = parse(query)
    except QueryError as error:
        give_up(f"The query cannot be read:\n{error.pointed()}", UNUSABLE)
    try:
        settings = with_sources(_settings_to_try(config, source or []), source or [])
    except NoSuchSource as error:
        give_up(f"{error}", UNUSABLE)
    if not run_in_loop(try_and_print(settings, parsed, most)):
        raise typer.Exit(FAILED)


def _settings_to_try(config: Path, named: Sequence[str]) -> Config:
    """The configuration; where there is none and only feeds are named, what is usual."""
    addresses = all(name.startswith(("http://", "https://")) for name in named)
    if config.exists() or not named or not addresses:
        return settings_in(config)
    return loads(_NO_CONFIG)


_NO_CONFIG = """
[[sources]]
name = "a feed"
kind = "feed"
url = "https://feed.example.org"
[[watches]]
name = "try"
query = "try"
channel = "#try"
"""
"""What `vigie try` makes do with before there is a configuration; its source is not asked."""


def doctor(config: ConfigPath = Path("config.toml")) -> None:
    """Check the configuration, tokens, scopes, channels and each source; say what to do."""
    be_quiet()
    from bot.cli.doctor import examine_and_print

    settings = settings_in(config)
    tokens, missing = None, tuple[Fault, ...]()
    try:
        tokens = secrets(needed=needed())
    except ConfigError as error:
        missing = error.faults
    if not run_in_loop(examine_and_print(settings, tokens, missing)):
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
    short: Annotated[
        bool, typer.Option("--short", help="Begin sooner: a week is known, not six.")
    ] = False,
) -> None:
    """A Slack workspace in the browser, a small social web, and Vigie between them."""
    from bot.cli.demo import play

    address = database_named(store, workers)
    try:
        code = asyncio.run(play(port, seed, address, workers, short=short))
    except StoreError as error:
        give_up(f"{error}", FAILED)
    if code:
        raise typer.Exit(code)
