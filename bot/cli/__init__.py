"""The commands that are typed in a terminal."""

from __future__ import annotations

import io
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.conversions import conversions
from bot.cli.exports import export
from bot.cli.forgetting import export_person, forget
from bot.cli.given import FAILED
from bot.cli.hook import hook
from bot.cli.insights import insights
from bot.cli.kept import backup, data, learning, migrate, move, restore
from bot.cli.playbooks import check
from bot.cli.replays import replay
from bot.cli.routes import explain
from bot.cli.running import demo, doctor, run, serve, try_query
from bot.cli.sending import import_posts
from bot.cli.stopping import end_soon
from bot.cli.trends import compare, trend

cli = typer.Typer(
    help="Vigie: a lookout for your brand in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

route = typer.Typer(help="Where alerts go.", no_args_is_help=True)
playbook = typer.Typer(help="What the team does when something happens.", no_args_is_help=True)

for command in (
    run,
    serve,
    doctor,
    demo,
    data,
    export,
    trend,
    compare,
    insights,
    replay,
    move,
    migrate,
    backup,
    restore,
    forget,
    learning,
    hook,
    conversions,
):
    cli.command()(command)
cli.command("import")(import_posts)
cli.command("export-person")(export_person)
cli.command("try")(try_query)
route.command()(explain)
playbook.command()(check)
cli.add_typer(playbook, name="playbook")
cli.add_typer(route, name="route")


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"vigie {version('vigie')}")
        raise typer.Exit


@cli.callback()
def vigie(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_tell_version, is_eager=True, help="Tell which version this is."
        ),
    ] = False,
) -> None:
    """Vigie: a lookout for your brand in Slack."""


def _have_a_home() -> None:
    """slack_sdk asks for a home as soon as it is loaded; a service's user may have none."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = os.sep


def main() -> None:
    """The entry point of `vigie` and of `python -m bot`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a pipe's encoding on Windows has no "✓"
            stream.reconfigure(errors="replace")
    _have_a_home()
    code = FAILED
    try:
        cli()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else FAILED
        raise
    finally:
        end_soon(code)
