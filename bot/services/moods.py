"""The moods of a watch's posts: what is usual, and what was written of late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from bot.domain.alerts import LATE
from bot.domain.mention import Mention
from bot.domain.pulses import Pulse
from bot.domain.watch import Watch
from bot.domain.waves import STAYS, Moods, felt, heard
from bot.services.base import Services

LOOKED_AT = 1_000
"""Mentions, newest first, that are read of what was kept."""

FIRST_LOOK = timedelta(days=28)
"""How far back the moods are learnt from, where none were kept yet."""


async def with_moods(
    services: Services, watch: Watch, pulse: Pulse, fresh: Sequence[Mention], now: datetime
) -> Pulse:
    """The pulse that has heard what is new; the first time, all that was kept before."""
    known = pulse.moods
    if known == Moods():
        kept = await services.records.mentions.find(
            {"watch": watch.name}, "at", since=now - FIRST_LOOK, newest_first=True, limit=LOOKED_AT
        )
        known = heard(known, felt(others(services, [one.value for one in kept])), now)
    news = [mention for mention in others(services, fresh) if mention.at >= now - LATE]
    goes_on = pulse.wave is not None and now - pulse.wave.began < STAYS
    return replace(pulse, moods=heard(known, felt(news), now, running=goes_on))


async def posts_since(
    services: Services, watch: Watch, since: datetime, fresh: Sequence[Mention]
) -> list[Mention]:
    """The posts from a time on whose mood is read, those that are `fresh` among them."""
    kept = await services.records.mentions.find(
        {"watch": watch.name}, "at", since=since, newest_first=True, limit=LOOKED_AT
    )
    known = {one.value.id: one.value for one in kept}
    known.update((mention.id, mention) for mention in fresh if mention.at >= since)
    return [one for one in others(services, list(known.values())) if one.analysis.sentiment]


def others(services: Services, mentions: Sequence[Mention]) -> list[Mention]:
    """What others than the brand itself wrote."""
    return [mention for mention in mentions if not services.config.is_own(mention.post)]
