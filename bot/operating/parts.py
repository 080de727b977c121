"""The parts without which Vigie does not do its work, and whether each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from bot.services.base import Services
from bot.store.repositories import Records


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a part works, and in words why not."""

    ready: bool
    words: str = ""


def _not_yet() -> bool:
    return False


@dataclass
class Parts:
    """What can be told of a Vigie that runs: `slack` whether Slack is connected, `heard` when a
    poll last went well (None: none did since it began)."""

    services: Services
    slack: Callable[[], bool] = field(default=_not_yet)
    heard: datetime | None = None
    deaf: bool = False

    @property
    def states(self) -> Mapping[str, Part]:
        """Each part by its name."""
        return {
            "store": _store(self.services.records),
            "slack": _part(self.slack(), "is not connected"),
            "polls": _part(not self.deaf, "none has gone well for long"),
        }

    @property
    def ready(self) -> bool:
        return all(part.ready for part in self.states.values())


def _store(records: Records) -> Part:
    if records.refused.is_set():
        return Part(ready=False, words="takes nothing more")
    aside = len(records.set_aside)
    return Part(ready=True, words=f"damaged pieces were set aside: {aside}" if aside else "")


def _part(ready: bool, otherwise: str) -> Part:
    return Part(ready=ready, words="" if ready else otherwise)
