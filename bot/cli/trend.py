"""`vigie trend` and `vigie compare`: how watches went, in words and as a picture."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.cli.reading import asked
from bot.cli.replay import Shelves
from bot.cli.terminal import printable
from bot.config import Config, PostgresAddress
from bot.domain.shares import Compared
from bot.domain.trends import Trend
from bot.domain.watch import Watch
from bot.errors import UnknownWatch
from bot.i18n import Voice
from bot.pictures.compare import compare_svg, compare_title, share_words
from bot.pictures.png import png
from bot.pictures.trend import numbered, peak_words, trend_svg, trend_words
from bot.services import trends
from bot.services.watches import merge
from bot.slack.blocks.trend import about_plain, table
from bot.store.base import Readable


def trend_and_print(
    config: Config,
    address: Path | PostgresAddress,
    watch: str,
    length: timedelta,
    picture: Path | None,
) -> None:
    """Print how a watch went, in the configuration's language and zone, and write the picture; the
    store may be in use.

    Raises UnknownWatch, WatchError where nothing was counted, OSError, and as
    `bot.cli.reading.asked` does.
    """
    voice = Voice(config.slack.language, config.timezone)
    place = trends.Place(config.timezone, config.alerts.all_clear_after, config.timezone.key)

    async def ask(store: Readable) -> Trend:
        shelves = Shelves.of(store)
        (meant,) = await _meant(config, shelves, [watch])
        found = await trends.trend(shelves, meant, length, datetime.now(UTC), place)
        if found is None:
            raise AssertionError("nobody broke it off")
        return found

    found = asyncio.run(asked(address, ask))
    naming = partial(about_plain, voice=voice)
    spikes = (peak_words(number, peak, naming, voice) for number, peak in numbered(found))
    _print([trend_words(found, voice), *table(found, voice), *spikes])
    if picture:
        _write(picture, trend_svg(found, naming, voice))


def compare_and_print(
    config: Config,
    address: Path | PostgresAddress,
    watches: Sequence[str],
    length: timedelta,
    picture: Path | None,
) -> None:
    """Print how some watches stand beside each other, and write the picture. Raises the same."""
    voice = Voice(config.slack.language, config.timezone)

    async def ask(store: Readable) -> Compared:
        shelves = Shelves.of(store)
        meant = await _meant(config, shelves, watches)
        return await trends.compared(shelves, meant, length, datetime.now(UTC), config.timezone)

    found = asyncio.run(asked(address, ask))
    shares = (share_words(found, share, voice) for share in found.ranked)
    _print([compare_title(found, voice), *shares])
    if picture:
        _write(picture, compare_svg(found, voice))


async def _meant(config: Config, shelves: Shelves, names: Sequence[str]) -> list[Watch]:
    watches = merge(config, [kept.value for kept in await shelves.edits.find({}, "name")])
    by_name = {watch.name.casefold(): watch for watch in watches}
    for name in names:
        if name.casefold() not in by_name:
            raise UnknownWatch(name, [watch.name for watch in watches])
    return [by_name[name.casefold()] for name in names]


def _print(lines: Sequence[str]) -> None:
    for line in lines:
        print(printable(line.replace("\u202f", " ").replace("\u00a0", " ")))  # noqa: T201


def _write(picture: Path, drawn: str) -> None:
    picture.write_bytes(png(drawn) if picture.suffix == ".png" else drawn.encode())
    _print([str(picture)])
