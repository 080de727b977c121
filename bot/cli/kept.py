"""Looking at what is kept, and carrying it elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.given import (
    FAILED,
    UNUSABLE,
    ConfigPath,
    StoreOption,
    give_up,
    settings_in,
    store_meant,
    store_named,
)
from bot.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from bot.cli.backup import Copied


def data(
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
    author: Annotated[str, typer.Option(help="The mentions that are held of an author.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Tell what is kept, and where; also while Vigie runs."""
    from bot.cli.author import print_author
    from bot.cli.data import NoSuchFolder, print_held

    address = store_meant(config, store)
    try:
        if author:
            print_author(address, author, json=json)
        else:
            print_held(address, json=json)
    except NoSuchFolder as error:
        give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        give_up(f"{address} cannot be looked at: {error}", FAILED)


def move(
    source: Annotated[str, typer.Option("--from", help="A folder, or postgresql://…")],
    target: Annotated[str, typer.Option("--to", help="A folder, or postgresql://…")],
) -> None:
    """Carry everything from one store to another, and compare the two; Vigie must be stopped."""
    from bot.cli.data import NoSuchFolder
    from bot.cli.move import move_and_print

    places = store_named(source, "--from"), store_named(target, "--to")
    try:
        well = move_and_print(*places)
    except NoSuchFolder as error:
        give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        give_up(f"Not moved: {error}", FAILED)
    except KeyboardInterrupt:
        give_up("Broken off. The same command goes on from here.", FAILED)
    if not well:
        raise typer.Exit(FAILED)


def migrate(config: ConfigPath = Path("config.toml"), store: StoreOption = "") -> None:
    """Bring the tables of a database to what this version needs."""
    from bot.cli.migrate import migrate_and_print

    address = store_meant(config, store)
    try:
        migrate_and_print(address)
    except (StoreError, ConfigError) as error:
        give_up(f"{address} cannot be migrated: {error}", FAILED)


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
        give_up("One thing at a time; --forget takes no language.", UNUSABLE)
    settings = settings_in(config)
    address = store_named(store, "--store") if store else settings.store
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
        give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        give_up(f"{address} cannot be used: {error}", FAILED)


def backup(
    target: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
) -> None:
    """Copy the data folder as of this moment, and compare; also while Vigie runs."""
    from bot.cli.backup import back_up

    _carried(lambda: back_up(store_meant(config, store), target), str(target))


def restore(
    source: Annotated[Path, typer.Argument(help="A backup.")],
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
) -> None:
    """Bring a backup to where Vigie keeps its data, which must hold nothing yet."""
    from bot.cli.backup import bring_back

    address = store_meant(config, store)
    _carried(lambda: bring_back(source, address), str(address))


def _carried(carry: Callable[[], Copied], target: str) -> None:
    """Copy, and say what came of it; or an end in words."""
    from bot.cli.data import NoSuchFolder

    try:
        copied = carry()
    except NoSuchFolder as error:
        give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        give_up(f"Nothing was written: {error}", FAILED)
    if not copied.well:
        give_up("The copy does not hold the same, and was removed: try again", FAILED)
    if copied.damaged:
        typer.echo(f"✗ {copied.damaged} damaged pieces are not in the copy.", err=True)
    same = "all that can be read" if copied.damaged else "the same"
    typer.echo(f"✓ {target} holds {same}, compared by count and checksum.")
