"""`vigie doctor`: findings as they come, one a line."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from bot.app import polite_client, sources
from bot.config import Config, Secrets
from bot.health import Finding, examine
from bot.services.base import utc_now
from bot.slack.gateway import Gateway


async def examine_and_print(config: Config, secrets: Secrets) -> bool:
    """Print every finding; whether all is well."""
    console = Console(highlight=False)
    console.print(Text("✓ the configuration can be read", style="green"))
    ill = 0
    async with (
        Gateway(secrets.bot_token, config.slack.api_url) as slack,
        polite_client(config, utc_now) as client,
    ):
        with console.status("looking…"):
            async for finding in examine(
                config, slack, secrets.app_token, sources(config, client), utc_now()
            ):
                console.print(_line(finding))
                ill += not finding.well
    things = "thing needs" if ill == 1 else "things need"
    console.print(f"\n{ill} {things} a hand." if ill else "\nAll is well: `vigie run`.")
    return not ill


def _line(finding: Finding) -> Text:
    mark, style = ("✓", "green") if finding.well else ("✗", "red")
    line = Text.assemble((f"{mark} ", style), (finding.subject, "bold"), f": {finding.words}")
    if finding.advice:
        line.append(f"\n    → {finding.advice}", style="yellow")
    return line
