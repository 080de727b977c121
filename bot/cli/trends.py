"""Looking at how watches went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.given import (
    FAILED,
    UNUSABLE,
    ConfigPath,
    PictureOption,
    StoreOption,
    check_picture,
    give_up,
    settings_in,
    store_named,
)
from bot.domain.duration import duration
from bot.errors import ConfigError, StoreError, WordedError

MOST_DAYS = 92
FEWEST, MOST = 2, 6

Length = Annotated[str, typer.Option("--for", help="How long: 24h, 30d, at most 92d.")]


def trend(
    watch: Annotated[str, typer.Argument(help="The name of a watch.")],
    length: Length = "30d",
    picture: PictureOption = None,
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
) -> None:
    """Tell how a watch went, against what is usual; also while Vigie runs."""
    from bot.cli.trend import trend_and_print

    check_picture(picture)
    settings = settings_in(config)
    address = store_named(store, "--store") if store else settings.store
    _done(lambda: trend_and_print(settings, address, watch, _length(length), picture))


def compare(
    watches: Annotated[list[str], typer.Argument(help="The names of two to six watches.")],
    length: Length = "30d",
    picture: PictureOption = None,
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
) -> None:
    """Tell which share each of some watches has in what is said of all; also while Vigie runs."""
    from bot.cli.trend import compare_and_print

    check_picture(picture)
    if not FEWEST <= len(watches) <= MOST:
        give_up(f"Name {FEWEST} to {MOST} watches.", UNUSABLE)
    settings = settings_in(config)
    address = store_named(store, "--store") if store else settings.store
    _done(lambda: compare_and_print(settings, address, watches, _length(length), picture))


def _length(written: str) -> timedelta:
    length = duration(written)
    if length is None or not timedelta(hours=12) <= length <= timedelta(days=MOST_DAYS):
        give_up(f"--for is 12h to {MOST_DAYS}d, not {written!r}.", UNUSABLE)
    return length


def _done(do: Callable[[], None]) -> None:
    """Do it, or an end in words."""
    from bot.cli.data import NoSuchFolder

    try:
        do()
    except (NoSuchFolder, WordedError) as error:
        give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        give_up(f"It cannot be looked at: {error}", FAILED)
