"""The teams that own insights, and how insights are raised, checked."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from bot.config.checks import channel_fault, name_fault
from bot.config.file import InsightsConfig
from bot.config.team import user_fault
from bot.config_reader import Faults
from bot.domain.folding import fold, words_of
from bot.domain.teams import Team

FEWEST_PEOPLE = 2
"""One person is no crowd."""

LONGEST = timedelta(days=28)


def check_insights(
    insights: InsightsConfig, teams: tuple[Team, ...], admin_channel: str, faults: Faults
) -> InsightsConfig:
    """The settings, with the channel that is meant where none is named."""
    if insights.channel:
        faults.add("insights.channel", channel_fault(insights.channel))
    if insights.people and insights.people < FEWEST_PEOPLE:
        faults.add("insights.people", f"is {FEWEST_PEOPLE} or more; 0 proposes none")
    if not timedelta(days=1) <= insights.days <= LONGEST:
        faults.add("insights.days", f'is from "1d" to "{LONGEST.days}d"')
    _check_teams(teams, faults)
    channel = insights.channel or admin_channel
    return replace(insights, channel=channel)


def _check_teams(teams: tuple[Team, ...], faults: Faults) -> None:
    """Each team with a channel; a theme belongs to one team alone."""
    names: set[str] = set()
    owned: dict[str, str] = {}
    for place, team in faults.each("teams", teams):
        faults.add(f"{place}.name", name_fault(team.name))
        faults.check_unique(f"{place}.name", team.name, names)
        faults.add(f"{place}.channel", channel_fault(team.channel))
        for at, theme in faults.each(f"{place}.themes", team.themes):
            if not words_of(theme):
                faults.add(at, "holds no word that a theme could have")
            if other := owned.get(fold(theme)):
                faults.add(at, f"belongs to the team “{other}” already")
            owned[fold(theme)] = team.name
        for at, user in faults.each(f"{place}.members", team.members):
            faults.add(at, user_fault(user))
