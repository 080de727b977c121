"""Whom Vigie speaks to how: a channel by the configuration, a person as Slack knows them."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.config import Config, loads
from bot.services import voices
from bot.services.base import Services
from bot.slack.gateway import Member
from tests.services.conftest import CONFIG

WRITTEN = f"""
timezone = "Europe/Paris"
{CONFIG.replace("[slack]", "[slack]" + chr(10) + 'language = "fr"')}
[[channels]]
name = "#care"
language = "en"
"""


@pytest.fixture
def config() -> Config:
    return loads(WRITTEN)


class KnownMembers:
    """The members that Slack tells of; nobody else."""

    def __init__(self, *members: Member) -> None:
        self._members = {member.id: member for member in members}

    async def member(self, user: str) -> Member | None:
        return self._members.get(user)


def somebody(locale: str, zone: str = "") -> Member:
    return Member(id="U1", name="Somebody", names=frozenset(), locale=locale, zone=zone)


def test_a_channel_is_spoken_to_as_the_configuration_says(services: Services) -> None:
    assert voices.in_channel(services, "#care").language == "en"
    other = voices.in_channel(services, "#brand")
    assert (other.language, other.zone) == ("fr", ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("fr-FR", "fr"),
        ("fr-CA", "fr"),
        ("en-US", "en"),
        ("en-GB", "en"),
        ("de-DE", "fr"),
        ("", "fr"),
    ],
)
async def test_a_person_is_spoken_to_in_their_language_or_the_teams(
    services: Services, locale: str, language: str
) -> None:
    knowing = replace(services, slack=KnownMembers(somebody(locale)))  # type: ignore[arg-type]
    assert (await voices.to(knowing, "U1")).language == language


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("America/Montreal", "America/Montreal"),
        ("", "Europe/Paris"),
        ("Atlantis/Capital", "Europe/Paris"),
        ("../etc/passwd", "Europe/Paris"),
    ],
)
async def test_times_are_those_of_the_persons_zone_or_the_teams(
    services: Services, zone: str, told: str
) -> None:
    knowing = replace(services, slack=KnownMembers(somebody("fr-CA", zone)))  # type: ignore[arg-type]
    assert (await voices.to(knowing, "U1")).zone == ZoneInfo(told)


async def test_where_slack_does_not_tell_the_team_is_taken_for_the_person(
    services: Services,
) -> None:
    voice = await voices.to(services, "U0NOBODY")
    assert (voice.language, voice.zone) == ("fr", ZoneInfo("Europe/Paris"))
