"""`vigie insights`: what people ask for, ranked, in words, as a picture and as a file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli.export import private
from bot.cli.reading import asked
from bot.cli.terminal import printable
from bot.config import Config, PostgresAddress
from bot.domain.insights import Insight, Voiced
from bot.domain.ranking import Ranking
from bot.domain.teams import named
from bot.errors import WordedError
from bot.i18n import Voice
from bot.pictures.circuit import circuit_svg
from bot.pictures.png import png
from bot.services import ranking
from bot.services.insightsheet import insight_sheet
from bot.slack.blocks.insightlist import nothing, plain_line, ranking_title, standing
from bot.store.base import Readable
from bot.store.repositories import Repository


class _Shelves:
    """What is looked up, in a store that is only read."""

    def __init__(self, store: Readable) -> None:
        self.insights = Repository(store, "insights", Insight)
        self.voiced = Repository(store, "voiced", Voiced)


def list_and_print(
    config: Config,
    address: Path | PostgresAddress,
    team: str,
    length: timedelta,
    csv: Path | None,
    picture: Path | None,
) -> None:
    """Print what people ask for, in the configuration's language and zone, and write the files; the
    store may be in use. A file that is new can be read by nobody else on the machine.

    Raises WordedError where there is no such team, OSError, and as `bot.cli.reading.asked` does.
    """
    voice = Voice(config.slack.language, config.timezone)
    meant = named(team, config.teams) if team else None
    if team and meant is None:
        names = voice.listed(one.name for one in config.teams) if config.teams else "–"
        raise WordedError("There is no team “{name}”. There are: {teams}.", name=team, teams=names)

    async def ask(store: Readable) -> Ranking:
        shelves = _Shelves(store)
        return await ranking.ranked(shelves, meant.name if meant else "", length, datetime.now(UTC))

    found = asyncio.run(asked(address, ask))
    title = ranking_title(found, voice)
    _print([title, *(standing(found, voice) if found.rows else [nothing(voice)])])
    _print([plain_line(number, row, voice) for number, row in enumerate(found.rows, start=1)])
    if csv:
        with private(csv) as file:
            file.write(insight_sheet(found, voice).encode())
        _print([str(csv)])
    if picture:
        drawn = circuit_svg(found, title, voice)
        picture.write_bytes(png(drawn) if picture.suffix == ".png" else drawn.encode())
        _print([str(picture)])


def _print(lines: list[str]) -> None:
    for line in lines:
        print(printable(line.replace("\u202f", " ").replace("\u00a0", " ")))  # noqa: T201
