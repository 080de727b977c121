"""The routes of the configuration, put to an alert."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.alerts import Kind
from bot.domain.mention import Mention
from bot.domain.routing import Routed, Subject, choose
from bot.domain.severity import Graded
from bot.domain.watch import Watch
from bot.services.base import Services
from bot.slack.blocks.themes import with_other_names


async def route(
    services: Services,
    watch: Watch,
    kind: Kind,
    graded: Graded,
    mentions: Sequence[Mention],
    now: datetime,
) -> Routed:
    """Where an alert of a watch goes; `mentions` are the posts behind it."""
    subject = Subject(
        watch=watch.name,
        kind=kind,
        severity=graded.severity,
        languages=frozenset(mention.analysis.language for mention in mentions),
        themes=with_other_names(theme for mention in mentions for theme in mention.analysis.themes),
        is_open=services.config.hours.is_open(now),
        at=now,
    )
    return routed(services, watch, subject)


def routed(services: Services, watch: Watch, subject: Subject) -> Routed:
    """Where a subject goes, by the routes as they are configured now."""
    config = services.config
    return choose(config.routes, subject, own_channel(watch, subject.kind), config.alerts.here_from)


def own_channel(watch: Watch, kind: Kind) -> str:
    """Where a watch's alerts of a kind go, unless a route says otherwise."""
    return watch.negative_channel if kind in ("negative", "wave") else watch.spike_channel
