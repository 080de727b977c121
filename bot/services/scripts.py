"""The scripts that can be played: those that ship, and those that were made of past alerts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from bot.domain.scripts import KeptScript, Script, named, script_in
from bot.i18n import LANGUAGES
from bot.services.base import Services


@cache
def shipped(language: str) -> tuple[Script, ...]:
    """Those that ship in a language, by their names."""
    folder = files("bot").joinpath("drills", language)
    found = sorted(one.name for one in folder.iterdir() if one.name.endswith(".toml"))
    return tuple(
        script_in(
            folder.joinpath(file).read_text(encoding="utf-8"), file.removesuffix(".toml"), language
        )
        for file in found
    )


async def made(services: Services) -> Sequence[KeptScript]:
    """Those that were made of alerts, the latest first."""
    found = await services.records.scripts.find({}, "made", newest_first=True)
    return [kept.value for kept in found]


async def chosen(services: Services, written: str, language: str) -> Script:
    """The script that is meant, in a language where there is one in it. Raises
    ConversationError."""
    own = [kept.script for kept in await made(services)]
    known = [*own, *(script for tongue in LANGUAGES for script in shipped(tongue))]
    name = named(written, known)
    same = [script for script in known if script.name == name]
    return next((script for script in same if script.language == language), same[0])
