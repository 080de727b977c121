"""The time after a spike in which another of its watch is told only where it is far larger."""

from __future__ import annotations

from datetime import datetime

from bot.domain.detection import Verdict
from bot.domain.stories import TRIPLE
from bot.domain.watch import Watch
from bot.services.base import Services


async def holds(services: Services, watch: Watch, verdict: Verdict, now: datetime) -> bool:
    """Whether a new spike is too small to be told so soon after the last one of its watch."""
    cool_down = services.config.alerts.cool_down
    if not cool_down:
        return False
    found = await services.records.alerts.find(
        {"watch": watch.name}, "raised", since=now - cool_down, newest_first=True
    )
    last = next((kept.value for kept in found if kept.value.kind == "spike"), None)
    if last is None:
        return False
    volumes = (last.told.volume if last.told else 0, last.over.peak if last.over else 0)
    return verdict.evidence.volume < TRIPLE * max(volumes)
