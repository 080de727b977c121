"""`vigie forget` and `vigie export-person`: what a person may ask of whoever holds their data."""

from __future__ import annotations

import asyncio
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
    store_meant,
)
from bot.errors import ConfigError, StoreError, StoreLocked

Author = Annotated[
    str, typer.Argument(help="As the source calls them, such as @ada@social.example.")
]


def forget(
    author: Author,
    config: ConfigPath = Path("config.toml"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let go of all that an author wrote; in Slack when Vigie runs next. Vigie must be stopped."""
    from bot.cli.importing import at_hand
    from bot.services import forgetting

    settings = settings_in(config)

    async def held() -> forgetting.Held:
        async with at_hand(settings) as services:
            return await forgetting.held(services, author)

    async def let_go() -> forgetting.Held:
        async with at_hand(settings) as services:
            return await forgetting.forget(services, author)

    try:
        found = asyncio.run(held())
        if not found:
            typer.echo(f"Nothing is held of {author!r}. Names are as their source writes them.")
            return
        words = f"{found.mentions} mentions and {found.answers} answers of {author!r}"
        if not yes:
            typer.confirm(f"Forget {words}? This cannot be undone.", abort=True)
        asyncio.run(let_go())
    except StoreLocked as error:
        give_up(f"{error}\nWhile Vigie runs, an admin types /vigie forget {author}", FAILED)
    except (StoreError, ConfigError) as error:
        give_up(f"{error}", FAILED)
    typer.echo(f"Forgotten: {words}. Messages in Slack change when Vigie runs next.")


def export_person(
    person: Annotated[
        str, typer.Argument(help="An author, or a member’s id of your Slack (U0123456789).")
    ],
    config: ConfigPath = Path("config.toml"),
    store: StoreOption = "",
) -> None:
    """Print every document that names a person, a line of JSON each; also while Vigie runs."""
    from bot.cli.data import NoSuchFolder
    from bot.cli.naming import print_naming

    address = store_meant(config, store)
    try:
        count = print_naming(address, person)
    except NoSuchFolder as error:
        give_up(f"{error}", UNUSABLE)
    except (StoreError, ConfigError, OSError, ValueError) as error:
        give_up(f"{address} cannot be looked at: {error}", FAILED)
    typer.echo(f"{count} documents name {person!r}.", err=True)
