"""What people ask for, ranked, and as a file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.domain.insights import Insight, Voiced
from bot.domain.ranking import Ranking, ranking
from bot.i18n import Voice
from bot.services import exporting
from bot.services.base import Services
from bot.services.insightsheet import insight_sheet
from bot.slack.blocks.insightlist import ranking_title
from bot.slack.documents import Document
from bot.store.repositories import Repository

log = structlog.get_logger(__name__)

LENGTH = timedelta(days=30)
"""What is looked at where nobody says how long."""

LONGEST = timedelta(days=400)

MOST = 2_000
"""Insights that are looked at, the latest."""


class Shelves(Protocol):
    """Where it is looked up: `bot.store.repositories.Records` is such."""

    @property
    def insights(self) -> Repository[Insight]: ...
    @property
    def voiced(self) -> Repository[Voiced]: ...


async def ranked(shelves: Shelves, team: str, length: timedelta, now: datetime) -> Ranking:
    """The insights of a team (`""`: of all) in the last `length`, weightiest first."""
    kept = await shelves.insights.find({}, "heard", newest_first=True, limit=MOST)
    found: list[tuple[Insight, Sequence[Voiced]]] = []
    for one in kept:
        if not team or one.value.team == team:
            voices = await shelves.voiced.find({"insight": one.value.id}, "at")
            found.append((one.value, [voice.value for voice in voices]))
    return ranking(found, team, now - length, now)


async def send_file(services: Services, user: str, found: Ranking, voice: Voice) -> int:
    """Send a member the ranking as a file for them alone; how many rows it has (no file where
    none). Raises ConversationError where they may not have it, and a SlackError where Slack does
    not take it."""
    exporting.check_may(services, user)
    if not found.rows:
        return 0
    content = insight_sheet(found, voice).encode()
    day = found.until.astimezone(voice.zone).date().isoformat()
    await services.slack.send(
        user,
        Document(
            file=io.BytesIO(content),
            bytes=len(content),
            filename=f"vigie-insights-{day}.csv",
            title=ranking_title(found, voice),
        ),
    )
    log.info("insights were exported", by=user, team=found.team, rows=len(found.rows))
    return len(found.rows)
