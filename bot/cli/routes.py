"""Asking where alerts go."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli.given import (
    FAILED,
    UNUSABLE,
    ConfigPath,
    StoreOption,
    give_up,
    settings_in,
    store_named,
)
from bot.errors import ConfigError, ConversationError, StoreError


def explain(
    id: Annotated[str, typer.Argument(help="A conversation, as its alert shows it.")] = "",
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
    watch: Annotated[str, typer.Option(help="Suppose an alert of this watch.")] = "",
    kind: Annotated[
        Literal["negative", "spike", "wave", "silence", "theme", "velocity"], typer.Option()
    ] = "negative",
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
        give_up("Name a conversation, or suppose an alert with --watch.", UNUSABLE)
    settings = settings_in(config)
    address = store_named(store, "--store") if store else settings.store
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
        give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        give_up(f"{address} cannot be looked at: {error}", FAILED)
