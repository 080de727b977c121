"""What is given on the command line, and what it comes to: or an end in words."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer

from bot.config import Config, PostgresAddress, Secrets, load, secrets
from bot.config.store import store_fault, store_of
from bot.config.tokens import SOCKET
from bot.errors import ConfigError, Fault
from bot.logs import is_for_machines

log = structlog.get_logger(__name__)

UNUSABLE = 2
"""Exit status where the configuration or the command line must be changed."""

FAILED = 1

ConfigPath = Annotated[
    Path, typer.Option("--config", "-c", envvar="VIGIE_CONFIG", help="The configuration file.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done, step by step.")]

StoreOption = Annotated[
    str, typer.Option(help="A folder or postgresql://…, in the place of the configuration's.")
]


PICTURES = (".svg", ".png")

PictureOption = Annotated[
    Path | None, typer.Option("--picture", help="Draw it as well, into a file .svg or .png.")
]


def check_picture(picture: Path | None) -> None:
    """An end in words where the file is no picture's."""
    if picture and picture.suffix not in PICTURES:
        give_up(f"--picture is a file {' or '.join(PICTURES)}.", UNUSABLE)


def database_named(store: str, workers: int) -> PostgresAddress | None:
    """The demo's database, None where it is a folder; or an end in words."""
    if not store and workers > 1:
        give_up("Several workers share a database: add --store postgresql://…", UNUSABLE)
    if not store:
        return None
    fault = store_fault(store) if "://" in store else "is a folder; a database is meant"
    if fault:
        give_up(f"--store {fault}", UNUSABLE)
    return PostgresAddress(store)


def store_meant(config: Path, store: str) -> Path | PostgresAddress:
    """The store that was named, or else the configuration's; or an end in words."""
    return store_named(store, "--store") if store else settings_in(config).store


def settings_in(config: Path) -> Config:
    """The configuration, or an end with every fault in it."""
    try:
        return load(config)
    except ConfigError as error:
        give_up(f"{config} cannot be used yet:\n{listed(error)}", UNUSABLE)


def store_named(store: str, option: str) -> Path | PostgresAddress:
    """A store named on the command line, or an end in words."""
    if fault := store_fault(store):
        give_up(f"{option} {fault}", UNUSABLE)
    return store_of(store, Path())


def settings_and_tokens(path: Path, needed: Collection[str] = SOCKET) -> tuple[Config, Secrets]:
    """Configuration and the tokens that are needed, or an end with every fault that they have."""
    faults: list[Fault] = []
    settings, tokens = None, None
    try:
        settings = load(path)
    except ConfigError as error:
        faults += error.faults
    try:
        tokens = secrets(needed=needed)
    except ConfigError as error:
        faults += error.faults
    if settings is None or tokens is None:
        refusal = ConfigError(tuple(faults))
        give_up(f"Vigie cannot start with {path} yet:\n{listed(refusal)}", UNUSABLE)
    return settings, tokens


def listed(error: ConfigError) -> str:
    """Every fault, one a line."""
    return "\n".join(f"  • {fault}" for fault in error.faults)


def give_up(words: str, code: int) -> NoReturn:
    """An end in words, with this exit status: for people, or in the log that a program reads."""
    if is_for_machines():
        what, *more = words.splitlines()
        log.error(what, told=[line.strip(" •") for line in more])
    else:
        from bot.cli.terminal import printable_lines

        typer.echo(printable_lines(words), err=True)
    raise typer.Exit(code)
