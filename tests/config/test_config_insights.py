"""The teams that own insights, and how these are raised: what is wrong is told with its place."""

from __future__ import annotations

from datetime import timedelta

from tests.config.test_config_team import faults_of, with_

TEAM = '[[teams]]\nname = "Lamp"\nchannel = "#lamp"\n'


def test_a_file_that_says_nothing_of_insights_shows_them_to_the_admins() -> None:
    config = with_("")
    assert config.teams == ()
    assert config.insights.channel == "#vigie-admin"
    assert (config.insights.people, config.insights.days) == (5, timedelta(days=7))


def test_a_team_owns_themes_in_its_channel() -> None:
    (team,) = with_(f'{TEAM}themes = ["battery"]\nmembers = ["U0123456789"]').teams
    assert (team.name, team.channel) == ("Lamp", "#lamp")
    assert (team.themes, team.members) == (("battery",), ("U0123456789",))


def test_a_theme_belongs_to_one_team_alone() -> None:
    other = '[[teams]]\nname = "Shop"\nchannel = "#shop"\nthemes = ["BATTERY"]'
    faults = faults_of(f'{TEAM}themes = ["battery"]\n{other}')
    assert "“Lamp” already" in faults["teams[1].themes[0]"]


def test_what_is_wrong_with_a_team_is_told_with_its_place() -> None:
    text = '[[teams]]\nname = "Lamp"\nchannel = "lamp"\nthemes = ["!"]\nmembers = ["@sam"]'
    faults = faults_of(f'{text}\n[[teams]]\nname = "lamp"\nchannel = "#b"')
    assert set(faults) == {
        "teams[0].channel",
        "teams[0].themes[0]",
        "teams[0].members[0]",
        "teams[1].name",
    }


def test_one_person_is_no_crowd_and_nought_proposes_nothing() -> None:
    assert "2 or more" in faults_of("[insights]\npeople = 1")["insights.people"]
    assert with_("[insights]\npeople = 0").insights.people == 0
    assert "insights.days" in faults_of('[insights]\ndays = "90d"')
