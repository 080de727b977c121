"""`vigie conversions`: what campaigns brought, out of a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli.given import FAILED, UNUSABLE, ConfigPath, give_up, settings_in
from bot.cli.sending import DatesOption, DryRunOption, ZoneOption, columns_meant, zone_named
from bot.errors import StoreError, StoreLocked
from bot.logs import start_logging


def conversions(
    file: Annotated[Path, typer.Argument(help="A table: CSV or TSV.", exists=True)],
    kind: Annotated[
        Literal["click", "sign-up", "sale", "engagement"] | None,
        typer.Option(help="What a row is that does not say so."),
    ] = None,
    campaign: Annotated[
        str, typer.Option(help="Of which campaign a row is that does not say so.")
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option("--map", help="What a column is: value=Total; may be repeated."),
    ] = None,
    zone: ZoneOption = "",
    dates: DatesOption = None,
    dry_run: DryRunOption = False,
    config: ConfigPath = Path("config.toml"),
) -> None:
    """Bring along what campaigns brought (clicks, sign-ups, sales, engagement), each row once.

    Where the store is a folder, Vigie must be stopped meanwhile; a dry run may always be made.
    """
    from bot.cli.converting import UnreadableFile, Wanted, convert_and_print
    from bot.sources.sent.conversions import CONVERSION_FIELDS

    start_logging(verbose=False)
    settings = settings_in(config)
    wanted = Wanted(
        file=file,
        kind=kind,
        campaign=campaign.strip(),
        told=columns_meant(column or [], CONVERSION_FIELDS),
        zone=zone_named(zone) if zone else None,
        order=dates,
        only_look=dry_run,
    )
    try:
        well = asyncio.run(convert_and_print(settings, wanted))
    except UnreadableFile as error:
        give_up(f"{file} {error}.", UNUSABLE)
    except StoreLocked as error:
        give_up(
            f"{error}\nStop it for this; or, while it runs, send the conversions to it "
            "(`vigie hook conversions`). --dry-run can be had at any time.",
            FAILED,
        )
    except (StoreError, OSError) as error:
        give_up(f"Broken off: {error}\nThe same command goes on; nothing counts twice.", FAILED)
    except KeyboardInterrupt:
        give_up("Broken off. The same command goes on; nothing counts twice.", FAILED)
    if not well:
        raise typer.Exit(FAILED)
