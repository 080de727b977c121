"""What the team has taught, as it reads posts now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import msgspec
import structlog

from bot.domain.analysis.feelings import UNFELT
from bot.domain.analysis.learnt import Learnt, read_all
from bot.store.repositories import Records

_ANY = "A post, 1st of all!"

log = structlog.get_logger(__name__)


class Lessons:
    """The models that read posts in the place of the rules, by language; `on_change` hears when
    there are others."""

    def __init__(self) -> None:
        self._models: dict[str, Learnt] = {}
        self._listeners: list[Callable[[], None]] = []

    @property
    def models(self) -> Mapping[str, Learnt]:
        """Those of the moment, by language (ISO 639-1)."""
        return self._models

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever another model, or none, reads a language."""
        self._listeners.append(listener)

    async def reload(self, records: Records) -> None:
        """Take in what was learnt; to be called at the start, after a change, and now and then
        where other workers may have made one. A model is fetched only where it is another."""
        lessons = {
            kept.value.language: kept.value for kept in await records.lessons.find({}, "language")
        }
        models: dict[str, Learnt] = {}
        for language, lesson in lessons.items():
            if model := await self._model(records, language, lesson.model):
                models[language] = model
        if models == self._models:
            return
        self._models = models
        for listener in self._listeners:
            listener()

    async def _model(self, records: Records, language: str, number: int) -> Learnt | None:
        """The model with this number; None where there is none that this Vigie can use."""
        known = self._models.get(language)
        if not number or (known and known.version == number):
            return known if number else None
        try:
            kept = await records.models.get(language)
            if kept:
                await asyncio.to_thread(read_all, kept.value, [_ANY], [UNFELT])
        except (msgspec.ValidationError, ValueError, IndexError):
            # A post that it cannot read must not be the first of a poll.
            log.warning(
                "what was learnt is of another version: it is learnt anew", language=language
            )
            return None
        return kept.value if kept else None
