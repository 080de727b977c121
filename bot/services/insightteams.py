"""Whose an insight is, and who may do what with it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.domain.insights import Deed, Insight
from bot.domain.teams import Team, check_may, may, named, team_of
from bot.services.base import Services


def team_for(services: Services, insight: Insight) -> Team | None:
    """The team that owns it, None where it is nobody's (any more)."""
    return named(insight.team, services.config.teams) if insight.team else None


def over_all(services: Services) -> frozenset[str]:
    """Who may do everything with every insight: admins, and the manager."""
    config = services.config
    return frozenset({*config.slack.admins, config.rota.manager} - {""})


def may_do(services: Services, deed: Deed, by: str, insight: Insight) -> bool:
    """Whether a person may do it."""
    return may(deed, by, team_for(services, insight), over_all(services))


def check_may_do(services: Services, deed: Deed, by: str, insight: Insight) -> None:
    """Raises InsightError where a person may not."""
    check_may(deed, by, team_for(services, insight), over_all(services))


async def waiting_for(services: Services, user: str) -> tuple[Insight, ...]:
    """The insights that wait for a person's decision, the oldest first: those of teams of which
    they are a named member."""
    teams = {team.name for team in services.config.teams if user in team.members}
    if not teams:
        return ()
    found = await services.records.insights.find({"state": "heard"}, "heard")
    return tuple(kept.value for kept in found if kept.value.team in teams)


def routed(services: Services, insight: Insight, themes: Sequence[str]) -> Insight:
    """The insight with the team that its theme (or else these themes, best first) belongs to, where
    it has none; and the channel in which its card is to stand."""
    config = services.config
    wanted = (insight.theme, *themes) if insight.theme else tuple(themes)
    found = named(insight.team, config.teams) if insight.team else team_of(wanted, config.teams)
    if found is None:
        return replace(insight, team="", channel=config.insights.channel)
    return replace(insight, team=found.name, channel=found.channel)
