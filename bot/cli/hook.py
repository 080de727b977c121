"""How a tool's posts, and what a shop sells, are signed and sent to Vigie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.cli.given import UNUSABLE, ConfigPath, give_up, settings_in

if TYPE_CHECKING:
    from bot.config import Config
    from bot.config.hooks import Hooks

FOR_CONVERSIONS = "conversions"
"""What is asked for in the place of a source."""


def hook(
    source: Annotated[
        str,
        typer.Argument(
            help="A source of kind webhook, the only one if left out; or “conversions”."
        ),
    ] = "",
    config: ConfigPath = Path("config.toml"),
) -> None:
    """Print how posts are sent to Vigie's webhook, and conversions: for a shell, and in Python."""
    from bot.cli.snippets import A_POST, A_SALE
    from bot.config.hooks import CONVERSIONS, CONVERSIONS_SECRET
    from bot.config.sources import variable

    settings = settings_in(config)
    hooks = settings.hooks
    if source.casefold() == FOR_CONVERSIONS:
        if hooks is None or hooks.conversions is None:
            give_up(
                "No conversions are taken yet. Their secret stands in the environment: "
                f"export {CONVERSIONS_SECRET}=$(openssl rand -hex 32)",
                UNUSABLE,
            )
        _print(hooks, CONVERSIONS, CONVERSIONS_SECRET, A_SALE)
        return
    if hooks is None or not hooks.sources:
        _give_up_without_source(settings)
    name = _named(hooks, source)
    secret = variable(next(one for one in settings.sources if one.name == name))
    _print(hooks, hooks.path_of(name), secret, A_POST)


def _named(hooks: Hooks, source: str) -> str:
    """The source that is asked for, or the only one."""
    from bot.config.hooks import part_of

    name = hooks.sources.get(part_of(source)) if source else next(iter(hooks.sources.values()))
    if name is None or (not source and len(hooks.sources) > 1):
        give_up(f"Name one of: {', '.join(hooks.sources.values())}", UNUSABLE)
    return name


def _print(hooks: Hooks, path: str, secret: str, item: dict[str, object]) -> None:
    from bot.cli.snippets import curl_line, python_lines

    host = f"[{hooks.host}]" if ":" in hooks.host else hooks.host
    address = f"http://{host}:{hooks.port}{path}"
    shell, python = curl_line(address, secret, item), python_lines(address, secret, item)
    typer.echo(f"# In a shell, with {secret} in the environment:\n\n{shell}\n")
    typer.echo(f"# In Python:\n\n{python}")


def _give_up_without_source(settings: Config) -> NoReturn:
    from bot.config.sources import variable

    waiting = [one for one in settings.off if one.kind == "webhook"]
    if waiting:
        give_up(
            f"“{waiting[0].name}” waits for its secret: "
            f"export {variable(waiting[0])}=$(openssl rand -hex 32)",
            UNUSABLE,
        )
    give_up(
        "No source sends anything yet. Add one to the configuration:\n\n"
        '[[sources]]\nname = "Listening tool"\nkind = "webhook"\n\n'
        "and a secret to the environment: export VIGIE_WEBHOOK_SECRET=$(openssl rand -hex 32)\n\n"
        "`vigie hook conversions` tells how conversions are sent.",
        UNUSABLE,
    )
