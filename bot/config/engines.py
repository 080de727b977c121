"""The other readers of posts in the configuration, off where their tables are left out."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from bot.config.checks import address_fault
from bot.config_reader import Faults

LEAST_SHARE, MOST_SHARE = 0.01, 0.5


class TransformersConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A classifier of the transformers library, by its name on the model hub or its folder, and
    the languages that it reads in place of the rules (none named: all that are expected)."""

    model: str
    languages: tuple[str, ...] = ()


class OpinionConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A language model that is asked for a second opinion: the address under which its server has
    `/chat/completions`, its name there, and on what share (0 to 1) of a watch's most negative
    posts. Its key, where it needs one, is VIGIE_OPINION_KEY in the environment."""

    url: str
    model: str
    share: float = 0.15


class EnginesConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Both are off by default."""

    transformers: TransformersConfig | None = None
    opinion: OpinionConfig | None = None


def check_engines(written: EnginesConfig, languages: Collection[str], faults: Faults) -> None:
    """What could not work."""
    if model := written.transformers:
        if not model.model.strip():
            faults.add("engines.transformers.model", "is empty; name a model, or its folder")
        for place, language in faults.each("engines.transformers.languages", model.languages):
            if language not in languages:
                faults.add_unknown(place, language, languages, "an expected language")
    if opinion := written.opinion:
        faults.add("engines.opinion.url", address_fault(opinion.url))
        if not opinion.model.strip():
            faults.add("engines.opinion.model", "is empty; name it as its server does")
        if not LEAST_SHARE <= opinion.share <= MOST_SHARE:
            faults.add("engines.opinion.share", "is between 0.01 and 0.5; 0.15 is usual")
