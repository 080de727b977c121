"""The commands that are typed in a terminal."""

from __future__ import annotations

import asyncio
import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from bot.cli.clocks import ClockAhead
from bot.cli.stopping import stop_on_signals, stop_when_stdin_closes
from bot.config import Config, PostgresAddress, Secrets, load, secrets
from bot.config.store import store_fault, store_of
from bot.errors import ConfigError, ConversationError, Fault, SlackError, StoreError
from bot.logs import start_logging

UNUSABLE = 2
"""Exit status where the configuration or the command line must be changed."""

FAILED = 1

cli = typer.Typer(
    help="Vigie: a lookout for your brand in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

route = typer.Typer(help="Where alerts go.", no_args_is_help=True)
cli.add_typer(route, name="route")

ConfigPath = Annotated[
    Path, typer.Option("--config", "-c", envvar="VIGIE_CONFIG", help="The configuration file.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done, step by step.")]

StoreOption = Annotated[
    str, typer.Option(help="A folder or postgresql://…, in the place of the configuration's.")
]


@cli.command()
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
    settings, tokens = _read(config)
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
        _give_up(f"{error}", FAILED)
    except SlackError as error:
        _give_up(f"{error}\n`vigie doctor` tells more.", FAILED)


@cli.command()
def doctor(config: ConfigPath = Path("config.toml")) -> None:
    """Check the configuration, tokens, scopes, channels and each source; say what to do."""
    from bot.cli.doctor import examine_and_print

    settings = _settings(config)
    tokens, missing = None, tuple[Fault, ...]()
    try:
        tokens = secrets()
    except ConfigError as error:
        missing = error.faults
    if not asyncio.run(examine_and_print(settings, tokens, missing)):
        raise typer.Exit(FAILED)


@cli.command()
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

    address = _database(store, workers)
    try:
        code = asyncio.run(play(port, seed, address, workers))
    except StoreError as error:
        _give_up(f"{error}", FAILED)
    if code:
        raise typer.Exit(code)


@cli.command()
def data(
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
    author: Annotated[str, typer.Option(help="The mentions that are held of an author.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Tell what is kept, and where; also while Vigie runs."""
    from bot.cli.data import NoSuchFolder, print_author, print_held

    address = _address(config, store)
    try:
        if author:
            print_author(address, author, json=json)
        else:
            print_held(address, json=json)
    except NoSuchFolder as error:
        _give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        _give_up(f"{address} cannot be looked at: {error}", FAILED)


@cli.command()
def move(
    source: Annotated[str, typer.Option("--from", help="A folder, or postgresql://…")],
    target: Annotated[str, typer.Option("--to", help="A folder, or postgresql://…")],
) -> None:
    """Carry everything from one store to another, and compare the two; Vigie must be stopped."""
    from bot.cli.data import NoSuchFolder
    from bot.cli.move import move_and_print

    places = _named(source, "--from"), _named(target, "--to")
    try:
        well = move_and_print(*places)
    except NoSuchFolder as error:
        _give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        _give_up(f"Not moved: {error}", FAILED)
    except KeyboardInterrupt:
        _give_up("Broken off. The same command goes on from here.", FAILED)
    if not well:
        raise typer.Exit(FAILED)


@cli.command()
def migrate(config: ConfigPath = Path("config.toml"), store: StoreOption = "") -> None:
    """Bring the tables of a database to what this version needs."""
    from bot.cli.migrate import migrate_and_print

    address = _address(config, store)
    try:
        migrate_and_print(address)
    except (StoreError, ConfigError) as error:
        _give_up(f"{address} cannot be migrated: {error}", FAILED)


@cli.command()
def learning(
    language: Annotated[
        str, typer.Argument(help="One language, such as en; all of them if left out.")
    ] = "",
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
    export: Annotated[
        Path | None, typer.Option(help="Write model and labels to a file, as JSON.")
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Begin anew: what was judged teaches nothing more.")
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Remove every judgement and all that was learnt.")
    ] = False,
) -> None:
    """Tell what the team taught about negative posts; --reset and --forget need Vigie stopped
    where its store is a folder."""
    from bot.cli.data import NoSuchFolder
    from bot.cli.learning import begin_anew, forget_all, print_progress, write_export

    if sum((export is not None, reset, forget)) > 1 or (forget and language):
        _give_up("One thing at a time; --forget takes no language.", UNUSABLE)
    settings = _settings(config)
    address = _named(store, "--store") if store else settings.store
    try:
        if export:
            count = write_export(address, language, export)
            typer.echo(f"{count} labels are in {export}.")
        elif reset:
            meant = asyncio.run(begin_anew(settings, address, language))
            typer.echo(f"Begun anew: {', '.join(meant) or 'nothing, as nothing was taught'}.")
        elif forget:
            count = asyncio.run(forget_all(address))
            typer.echo(f"{count} judgements are gone, and what was learnt from them.")
        else:
            asyncio.run(print_progress(settings, address, language))
    except NoSuchFolder as error:
        _give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        _give_up(f"{address} cannot be used: {error}", FAILED)


@route.command()
def explain(
    id: Annotated[str, typer.Argument(help="A conversation, as its alert shows it.")] = "",
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
    watch: Annotated[str, typer.Option(help="Suppose an alert of this watch.")] = "",
    kind: Annotated[Literal["negative", "spike"], typer.Option()] = "negative",
    severity: Annotated[Literal["low", "medium", "high", "critical"], typer.Option()] = "medium",
    language: Annotated[
        list[str] | None, typer.Option(help="Of its posts, such as en; may be repeated.")
    ] = None,
    theme: Annotated[list[str] | None, typer.Option(help="Of its posts; may be repeated.")] = None,
    at: Annotated[
        datetime | None, typer.Option(help="When, in the configuration's zone; now if left out.")
    ] = None,
) -> None:
    """Tell which route sent an alert where, or where one of a --watch would go."""
    from bot.cli.data import NoSuchFolder
    from bot.cli.route import Supposed, explain_and_print, suppose_and_print

    if bool(id) == bool(watch):
        _give_up("Name a conversation, or suppose an alert with --watch.", UNUSABLE)
    settings = _settings(config)
    address = _named(store, "--store") if store else settings.store
    supposed = Supposed(
        watch=watch,
        kind=kind,
        severity=severity,
        languages=language or (),
        themes=theme or (),
        at=at or datetime.now(UTC),
    )
    asked = (
        explain_and_print(settings, address, id)
        if id
        else suppose_and_print(settings, address, supposed)
    )
    try:
        asyncio.run(asked)
    except (NoSuchFolder, ConversationError) as error:
        _give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        _give_up(f"{address} cannot be looked at: {error}", FAILED)


def main() -> None:
    """The entry point of `vigie` and of `python -m bot`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a pipe's encoding on Windows has no "✓"
            stream.reconfigure(errors="replace")
    cli()


def _database(store: str, workers: int) -> PostgresAddress | None:
    """The demo's database, None where it is a folder; or an end in words."""
    if not store and workers > 1:
        _give_up("Several workers share a database: add --store postgresql://…", UNUSABLE)
    if not store:
        return None
    fault = store_fault(store) if "://" in store else "is a folder; a database is meant"
    if fault:
        _give_up(f"--store {fault}", UNUSABLE)
    return PostgresAddress(store)


def _address(config: Path, store: str) -> Path | PostgresAddress:
    """The store that was named, or else the configuration's; or an end in words."""
    return _named(store, "--store") if store else _settings(config).store


def _settings(config: Path) -> Config:
    """The configuration, or an end with every fault in it."""
    try:
        return load(config)
    except ConfigError as error:
        _give_up(f"{config} cannot be used yet:\n{_listed(error)}", UNUSABLE)


def _named(store: str, option: str) -> Path | PostgresAddress:
    """A store named on the command line, or an end in words."""
    if fault := store_fault(store):
        _give_up(f"{option} {fault}", UNUSABLE)
    return store_of(store, Path())


def _read(path: Path) -> tuple[Config, Secrets]:
    """Configuration and tokens, or an end with every fault that they have."""
    faults: list[Fault] = []
    settings, tokens = None, None
    try:
        settings = load(path)
    except ConfigError as error:
        faults += error.faults
    try:
        tokens = secrets()
    except ConfigError as error:
        faults += error.faults
    if settings is None or tokens is None:
        refusal = ConfigError(tuple(faults))
        _give_up(f"Vigie cannot start with {path} yet:\n{_listed(refusal)}", UNUSABLE)
    return settings, tokens


def _listed(error: ConfigError) -> str:
    return "\n".join(f"  • {fault}" for fault in error.faults)


def _give_up(words: str, code: int) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(code)
