"""Files of posts that are imported."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import typer

from bot.cli.given import FAILED, UNUSABLE, ConfigPath, give_up, settings_in
from bot.errors import StoreError, StoreLocked
from bot.logs import start_logging

USUAL_SOURCE = "import"

F = TypeVar("F", bound=str)

ZoneOption = Annotated[
    str, typer.Option(help="Of times that name none: Europe/Paris. Else the configuration’s.")
]
DatesOption = Annotated[
    Literal["dmy", "mdy"] | None,
    typer.Option(help="Whether 3/4/2026 begins with the day or the month."),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only tell what would come of it.")]


def import_posts(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, JSON, or JSON Lines.", exists=True)],
    source: Annotated[
        str, typer.Option(help="The source that its posts are of, such as one that polls the same.")
    ] = USUAL_SOURCE,
    watch: Annotated[
        list[str] | None, typer.Option(help="Only for this watch; may be repeated.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--map", help="What a column is: text=Body; may be repeated."),
    ] = None,
    zone: ZoneOption = "",
    dates: DatesOption = None,
    dry_run: DryRunOption = False,
    errors: Annotated[Path | None, typer.Option(help="Write every bad line to this file.")] = None,
    config: ConfigPath = Path("config.toml"),
) -> None:
    """Bring the posts of a file along, as history: nothing is told, and nothing kept twice.

    Where the store is a folder, Vigie must be stopped meanwhile; a dry run may always be made.
    """
    from bot.cli.importing import NoSuchWatch, UnreadableFile, Wanted, import_and_print
    from bot.sources.sent.item import FIELDS

    start_logging(verbose=False)
    settings = settings_in(config)
    wanted = Wanted(
        file=file,
        source=_one_line(source),
        watches=tuple(watch or ()),
        told=columns_meant(column or [], FIELDS),
        zone=zone_named(zone) if zone else None,
        order=dates,
        only_look=dry_run,
        errors=errors,
    )
    try:
        well = asyncio.run(import_and_print(settings, wanted))
    except NoSuchWatch as error:
        give_up(f"{error}", UNUSABLE)
    except UnreadableFile as error:
        give_up(f"{file} {error}.", UNUSABLE)
    except StoreLocked as error:
        give_up(
            f"{error}\nStop it for the import; or, while it runs, send the posts to its webhook "
            "(`vigie hook`). --dry-run can be had at any time.",
            FAILED,
        )
    except (StoreError, OSError) as error:
        give_up(f"Broken off: {error}\nThe same command goes on; nothing is kept twice.", FAILED)
    except KeyboardInterrupt:
        give_up("Broken off. The same command goes on; nothing is kept twice.", FAILED)
    if not well:
        raise typer.Exit(FAILED)


def _one_line(source: str) -> str:
    from bot.config.checks import name_fault

    if fault := name_fault(source):
        give_up(f"--source {fault}", UNUSABLE)
    return source


def columns_meant(columns: list[str], fields: Collection[F]) -> dict[F, str]:
    """The column that --map names for each of some fields; gives up where it names none."""
    meant: dict[F, str] = {}
    for given in columns:
        field, equals, name = given.partition("=")
        known = next((one for one in fields if one == field), None)
        if not equals or not name or known is None:
            give_up(f"--map {given}: write FIELD=COLUMN; fields are {', '.join(fields)}", UNUSABLE)
        meant[known] = name
    return meant


def zone_named(name: str) -> ZoneInfo:
    """The zone that --zone names; gives up where there is none."""
    if name not in available_timezones():
        give_up(f"--zone: “{name}” is no zone; “Europe/Paris” is one", UNUSABLE)
    return ZoneInfo(name)
