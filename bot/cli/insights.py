"""Looking at what people ask for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.given import (
    FAILED,
    UNUSABLE,
    ConfigPath,
    StoreOption,
    check_picture,
    give_up,
    settings_in,
    store_named,
)
from bot.domain.duration import duration
from bot.errors import ConfigError, StoreError, WordedError

MOST_DAYS = 400


def insights(
    team: Annotated[str, typer.Argument(help="The name of a team; all of them if not said.")] = "",
    length: Annotated[str, typer.Option("--for", help="How long: 7d, 30d, at most 400d.")] = "30d",
    csv: Annotated[Path | None, typer.Option(help="Write them into a file as well.")] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw their way as well, into a file .svg or .png.")
    ] = None,
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
) -> None:
    """Tell what people ask for, ranked, and how long decisions take; also while Vigie runs."""
    from bot.cli.data import NoSuchFolder
    from bot.cli.insightlist import list_and_print

    check_picture(picture)
    settings = settings_in(config)
    address = store_named(store, "--store") if store else settings.store
    try:
        list_and_print(settings, address, team, _length(length), csv, picture)
    except (NoSuchFolder, WordedError) as error:
        give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        give_up(f"It cannot be looked at: {error}", FAILED)


def _length(written: str) -> timedelta:
    length = duration(written)
    if length is None or not timedelta(days=1) <= length <= timedelta(days=MOST_DAYS):
        give_up(f"--for is 1d to {MOST_DAYS}d, not {written!r}.", UNUSABLE)
    return length
