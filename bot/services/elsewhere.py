"""An alert that is so severe by now that its routes have it told elsewhere as well.

A story is told where its first post went, and stays there, with all that people did about it. Who
waits for what is severe hears of it where that goes, with a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert
from bot.domain.mention import Mention
from bot.domain.outbox import notice_delivery
from bot.domain.watch import Watch
from bot.services import routing, voices
from bot.services.base import Services
from bot.services.raising import said_once
from bot.slack.blocks.again import told_elsewhere
from bot.store.base import Write


class Loudness(NamedTuple):
    """Whether an alert rings for everybody in its own channel, and the word to another one."""

    here: bool
    writes: list[Write]


async def loudness(
    services: Services, watch: Watch, alert: Alert, mentions: Sequence[Mention], now: datetime
) -> Loudness:
    """How an alert rings that is as severe as this; `mentions` are the posts that made it so."""
    if alert.within:
        return Loudness(here=False, writes=[])
    routed = await routing.route(services, watch, alert.kind, alert.graded, mentions, now)
    if routed.channel == alert.channel:
        return Loudness(routed.here, [])
    voice = voices.in_channel(services, routed.channel)
    text = told_elsewhere(alert, voice, here=routed.here)
    about = f"{alert.severity} {routed.channel} {alert.id}"
    notice = notice_delivery(routed.channel, text, services.sequence(), now, about)
    linked = replace(notice, alert=alert.id, within=alert.id)
    return Loudness(here=False, writes=await said_once(services, linked))
