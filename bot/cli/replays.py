"""Looking at what would have rung."""

from __future__ import annotations

from datetime import date, datetime, timedelta
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

_DAY = timedelta(days=1)


def replay(
    watch: Annotated[str, typer.Argument(help="The name of a watch.")],
    first: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], help="The first day; 28 days ago if not said."
        ),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="The last day; today if not said."),
    ] = None,
    sensitivity: Annotated[
        str,
        typer.Option(
            help="Ring for what happens once in that time, such as 7d,30d,90d; the watch's own is "
            "beside these if left out."
        ),
    ] = "",
    picture: PictureOption = None,
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
) -> None:
    """Tell what would have rung for a watch, at several sensitivities; also while Vigie runs."""
    from bot.cli.data import NoSuchFolder
    from bot.cli.replay import Asked, replay_and_print

    check_picture(picture)
    settings = settings_in(config)
    address = store_named(store, "--store") if store else settings.store
    asked = Asked(
        watch=watch,
        first=_day(first),
        last=_day(last),
        sensitivities=[_days(written) for written in sensitivity.split(",") if written],
    )
    try:
        replay_and_print(settings, address, asked, picture)
    except (NoSuchFolder, WordedError) as error:
        give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        give_up(f"{address} cannot be looked at: {error}", FAILED)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _days(written: str) -> float:
    """A sensitivity in days, or an end in words."""
    length = duration(written)
    if length is None or length < _DAY:
        give_up(f"--sensitivity is in days, such as 7d,30d,90d: not {written!r}.", UNUSABLE)
    return length / _DAY
