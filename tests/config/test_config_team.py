"""The team in the configuration: what is right is taken, what is wrong is told with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.config import Config, loads
from bot.errors import ConfigError

BASE = """
timezone = "Europe/Paris"
[[sources]]
name = "forum"
kind = "feed"
url = "http://forum.example/feed"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""


def with_(text: str) -> Config:
    return loads(BASE + text)


def faults_of(text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as refused:
        with_(text)
    return {fault.place: fault.message for fault in refused.value.faults}


def test_a_file_that_says_nothing_of_the_team_has_sensible_hours_and_no_duty() -> None:
    config = with_("")
    assert config.hours.days == frozenset(range(5))
    assert (config.hours.opens, config.hours.closes) == (time(9), time(18))
    assert config.rota.on_duty(datetime(2026, 11, 25, tzinfo=UTC)) == ""
    assert config.alerts.group == timedelta(minutes=5)
    assert config.alerts.here_from == "never"


def test_hours_are_written_as_people_write_them_or_as_toml_does() -> None:
    config = with_('[hours]\nopens = "8:30"\ncloses = 17:45:00\nholidays = ["2026-12-24"]')
    assert (config.hours.opens, config.hours.closes) == (time(8, 30), time(17, 45))
    assert date(2026, 12, 24) in config.hours.holidays


def test_a_country_closes_on_its_public_holidays_and_a_region_on_its_own_too() -> None:
    bastille, good_friday = date(2026, 7, 14), date(2026, 4, 3)
    assert bastille in with_('[hours]\ncountry = "FR"').hours.holidays
    assert good_friday not in with_('[hours]\ncountry = "FR"').hours.holidays
    assert good_friday in with_('[hours]\ncountry = "FR-57"').hours.holidays


def test_accounts_are_compared_whatever_their_case() -> None:
    config = with_('[[accounts]]\nsource = "forum"\nauthor = "@MaisonLumo"')
    assert config.accounts == frozenset({("forum", "@maisonlumo")})


def test_a_route_keeps_what_it_was_given() -> None:
    [route] = with_(
        '[[routes]]\nname = "night"\nchannel = "#night"\nseverity = "high"\nhours = "closed"'
    ).routes
    assert (route.name, route.channel, route.severity) == ("night", "#night", "high")
    assert route.hours == "closed"
    assert not route.here


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('[hours]\nopens = "25:00"', "hours.opens", "is a time of day"),
        ("[hours]\nopens = 9", "hours.opens", "is a time of day"),
        ("[hours]\ndays = []", "hours.days", "at least one day"),
        ('[hours]\ndays = ["monday"]', "hours.days[0]", "is one of mon, tue"),
        ('[hours]\ncountry = "Gaul"', "hours.country", "no country"),
        ('[hours]\nholidays = ["Christmas"]', "hours.holidays[0]", "is a date"),
        ('[duty]\npeople = ["@sam"]', "duty.people[0]", "Copy member ID"),
        ('[duty]\nmanager = "Margot"', "duty.manager", "Copy member ID"),
        ('[duty]\nturn = "36h"', "duty.turn", "whole days"),
        ('[duty]\nsince = "last week"', "duty.since", "is a date"),
        (
            '[[duty.away]]\nwho = "U0123456789"\nsince = 2026-12-24\nuntil = 2026-12-20',
            "duty.away[0].until",
            "is before 2026-12-24",
        ),
        ('[[routes]]\nname = "a"\nchannel = "Care"', "routes[0].channel", "is a channel"),
        (
            '[[routes]]\nname = "a"\nchannel = "#care"\nwatches = ["Lummo"]',
            "routes[0].watches[0]",
            "did you mean “Lumo”",
        ),
        (
            '[[routes]]\nname = "a"\nchannel = "#care"\nkinds = ["tracked"]',
            "routes[0].kinds[0]",
            "negative, spike, wave, silence, theme, velocity, not",
        ),
        (
            '[[routes]]\nname = "a"\nchannel = "#care"\nseverity = "grave"',
            "routes[0].severity",
            "is one of low, medium, high, critical",
        ),
        ('[[channels]]\nname = "#care"\nlanguage = "de"', "channels[0].language", "one of en, fr"),
        ('[[channels]]\nname = "#a"\n[[channels]]\nname = "#a"', "channels[1].name", "is taken"),
        ('[alerts]\nhere_from = "often"', "alerts.here_from", "low, medium, high, critical, never"),
        ('[alerts]\ngroup = "1d"', "alerts.group", "at most"),
        ('[alerts]\nrepeat_every = "1m"', "alerts.repeat_every", "at least as long"),
        (
            '[[accounts]]\nsource = "forun"\nauthor = "x"',
            "accounts[0].source",
            "did you mean “forum”",
        ),
        (
            '[[phrases]]\nname = "a"\nlanguage = "english"\ntext = "x"',
            "phrases[0].language",
            "en",
        ),
        ('[[phrases]]\nname = "a"\nlanguage = "en"\ntext = " "', "phrases[0].text", "is empty"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, place: str, words: str) -> None:
    assert words in faults_of(text)[place]
