"""Writing what is kept into a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

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
from bot.errors import ConfigError, StoreError, WordedError


def export(
    file: Annotated[Path, typer.Argument(help="The file to write, such as lumo.csv.")],
    watch: Annotated[
        list[str] | None, typer.Option(help="The name of a watch; all of them if not said.")
    ] = None,
    first: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], help="The first day; 30 days ago if not said."
        ),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="The last day; today if not said."),
    ] = None,
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
) -> None:
    """Write the mentions that are kept into a file for spreadsheets; also while Vigie runs."""
    from bot.cli.data import NoSuchFolder
    from bot.cli.export import Asked, export_to_file

    settings = settings_in(config)
    address = store_named(store, "--store") if store else settings.store
    asked = Asked(
        watches=watch or (),
        first=first.date() if first else None,
        last=last.date() if last else None,
    )
    try:
        written = export_to_file(settings, address, asked, file)
    except (NoSuchFolder, WordedError) as error:
        give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        give_up(f"Not exported: {error}", FAILED)
    typer.echo(f"{written.rows} mentions are in {file}.")
