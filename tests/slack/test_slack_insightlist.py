"""Insights ranked, in words that Slack takes, and as a file that holds no formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.insights import Insight
from bot.domain.ranking import Decided, Ranked, Ranking
from bot.domain.voicings import Lately
from bot.i18n import Voice
from bot.services.insightsheet import COLUMNS, insight_sheet
from bot.slack.blocks.insightlist import LISTED, ranking_card
from bot.standin.blocks import check_blocks
from tests.builders import NOW

EN, FR = Voice("en", UTC), Voice("fr", ZoneInfo("Europe/Paris"))
DAY = timedelta(days=1)
HOSTILE = st.sampled_from(["<!channel>", "<@U1>", "*_~`", "&lt;|>", "\u202eevil", "x" * 300, "=1"])


def a_row(id: str = "abc123", **changes: object) -> Ranked:
    insight = Insight(
        id=id, title="Please add a dark mode", kind="wish", watch="Lumo", heard=NOW - 3 * DAY,
        first=NOW - 5 * DAY, theme="app", team="App", state="heard", people=14, reach=12_400,
    )  # fmt: skip
    said = Lately(people=14, days=3, week=9, before=5, mood=-0.3)
    return Ranked(insight=replace(insight, **changes), lately=said, reach=12_400, weight=5.0)


def a_ranking(*rows: Ranked, **changes: object) -> Ranking:
    made = Ranking(team="", since=NOW - 30 * DAY, until=NOW, rows=rows)
    return replace(made, **changes)


def said(found: Ranking, voice: Voice = EN) -> str:
    return str(ranking_card(found, "📈 The picture is there.", voice).blocks)


def test_each_is_told_with_its_people_reach_growth_and_mood() -> None:
    told = said(a_ranking(a_row()))
    assert "*14* people · 9 this week, 5 the week before · reach 12,400 · mood −0.30" in told
    assert "for App · waits since 3 days" in told


def test_what_waits_and_how_long_decisions_take_stand_first() -> None:
    found = a_ranking(a_row(), a_row("b", state="proposed"), decided=4 * DAY, decisions=3)
    told = said(found)
    assert "1 waits for a decision. 1 is proposed by Vigie." in told
    assert "From the first post to the decision: 4 days (the median of 3)." in told


def test_each_team_has_its_median_where_several_decide_and_each_insight_its_state() -> None:
    teams = (
        Decided(team="App", decisions=2, took=3 * DAY), Decided(team="", decisions=1, took=DAY),
    )  # fmt: skip
    found = a_ranking(a_row(state="planned"), decided=2 * DAY, decisions=3, teams=teams)
    told = said(found)
    assert "App: 3 days; no team: 1 day." in told
    assert "for App · planned" in told


def test_how_they_are_ranked_is_said_in_a_line() -> None:
    assert "The more people ask for it, the higher it stands" in said(a_ranking(a_row()))


def test_a_long_list_is_cut_and_says_so() -> None:
    rows = [a_row(f"i{n}") for n in range(LISTED + 4)]
    told = said(a_ranking(*rows))
    assert f"{LISTED}. 🔴" in told
    assert f"{LISTED + 1}. 🔴" not in told
    assert "…and 4 more." in told


def test_of_nothing_it_says_so() -> None:
    assert "Nobody made an insight in this time" in said(a_ranking())


@given(HOSTILE, HOSTILE)
def test_no_word_from_outside_does_anything_in_slack(title: str, theme: str) -> None:
    card = ranking_card(a_ranking(a_row(title=title, theme=theme, team=title)), "", FR)
    check_blocks(list(card.blocks))
    assert "<!channel>" not in card.text + str(card.blocks)


def rows_of(found: Ranking, voice: Voice, separator: str) -> list[dict[str, str]]:
    text = insight_sheet(found, voice)
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), delimiter=separator))


def test_the_file_has_a_line_for_each_with_all_that_is_known() -> None:
    row = a_row(state="declined", decided=NOW - DAY, reason="too dear")
    (line,) = rows_of(a_ranking(row), EN, ",")
    assert list(line) == list(COLUMNS)
    assert (line["people"], line["mood"], line["days to decide"]) == ("14", "-0.30", "4.00")
    assert (line["state"], line["reason"], line["decided on"]) == (
        "declined", "too dear", "2026-11-23",
    )  # fmt: skip


def test_in_french_it_is_cut_by_semicolons_and_its_numbers_have_a_comma() -> None:
    (line,) = rows_of(a_ranking(a_row()), FR, ";")
    assert "-0,30" in line.values()


@given(st.text(max_size=40), HOSTILE)
def test_no_cell_begins_a_formula(title: str, reason: str) -> None:
    row = a_row(title=f"={title}", reason=reason, theme="@x", team="+1")
    (line,) = rows_of(a_ranking(row), EN, ",")
    del line["mood"]
    assert not any(cell[:1] in ("=", "+", "-", "@") for cell in line.values())
