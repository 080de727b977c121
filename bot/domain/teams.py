"""The teams that own insights: whose a theme is, and who decides."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from bot.domain.folding import fold
from bot.domain.insightlife import ANYBODYS
from bot.domain.insights import Deed, InsightError


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """A team that owns what is asked about its `themes`, in its `channel`. Its `members` (Slack
    user ids) decide; where none are named, anybody does."""

    name: str
    channel: str
    themes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


def team_of(themes: Sequence[str], teams: Sequence[Team]) -> Team | None:
    """The team that owns the first of these themes (best first) that any team owns: one that is
    called so, or else one whose words hold all of the team's theme ("battery life": "battery")."""
    for theme in themes:
        words = _words(theme)
        for team in teams:
            if any(_words(owned) == words for owned in team.themes):
                return team
        for team in teams:
            if any(set(owned) <= set(words) for one in team.themes if (owned := _words(one))):
                return team
    return None


def named(name: str, teams: Sequence[Team]) -> Team | None:
    """The team of that name, however it is capitalised."""
    return next((team for team in teams if fold(team.name) == fold(name.strip())), None)


def may(deed: Deed, by: str, team: Team | None, over: Collection[str]) -> bool:
    """Whether a person may do it; `over` are those who may do everything (admins, the manager)."""
    if deed in ANYBODYS or by in over:
        return True
    return team is None or not team.members or by in team.members


def check_may(deed: Deed, by: str, team: Team | None, over: Collection[str]) -> None:
    """Raises InsightError where a person may not."""
    if not may(deed, by, team, over):
        raise InsightError(
            "That is for the team that owns it to decide: {team}.", team=team.name if team else ""
        )


def _words(theme: str) -> list[str]:
    return fold(theme).split()
