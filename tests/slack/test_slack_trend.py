"""How a watch went, and what an export holds, in words that Slack takes."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.about import About
from bot.domain.shares import Compared, Share
from bot.domain.trends import Felt, Peak
from bot.i18n import Voice
from bot.slack.blocks.export import done_card, export_card, title, working_card
from bot.slack.blocks.trend import LISTED, about_plain, compare_card, table, trend_card
from bot.standin.blocks import check_blocks
from tests.builders import NOW
from tests.pictures.test_pictures_trend import a_comparison, a_peak, a_trend

EN, FR = Voice("en", UTC), Voice("fr", ZoneInfo("Europe/Paris"))
DAY = timedelta(days=1)
HOSTILE = st.sampled_from(["<!channel>", "<@U1>", "*_~`", "&lt;|>", "\u202eevil", "x" * 300])


def test_a_month_is_told_by_the_week() -> None:
    lines = list(table(a_trend(), EN))
    assert lines[0].split() == ["since", "mentions", "usual", "negative"]
    assert len(lines) == 1 + 5
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(lines[0]) <= 40, "a phone breaks longer lines"


def test_ten_days_are_told_by_the_day() -> None:
    assert len(list(table(a_trend(10), EN))) == 1 + 10


def test_what_was_not_seen_whole_has_a_plus() -> None:
    rows = [line.split() for line in table(a_trend(10), EN)]
    assert [row[2] for row in rows if "+" in row[2]] == ["10+"]


def test_what_is_not_known_is_a_dash() -> None:
    trend = a_trend(10)
    steps = tuple(replace(step, usual=None, felt=Felt(1, 2)) for step in trend.steps)
    last = list(table(replace(trend, steps=steps), EN))[-1]
    assert last.split()[-2:] == ["–", "–"]


def test_the_latest_spikes_are_listed() -> None:
    began = a_trend().since
    peaks = tuple(a_peak(began + n * DAY) for n in range(LISTED + 3))
    said = str(trend_card(a_trend(peaks=peaks), "📈", EN).blocks)
    assert said.count("20 in an hour") == LISTED
    assert "…and 3 before." in said


def test_a_spike_is_named_by_its_theme_or_else_by_who_wrote_much_of_it() -> None:
    assert about_plain(About(themes=("battery", "price"), author="@ada"), FR) == "batterie"
    assert about_plain(About(author="@ada", posts=5), FR) == "@ada"
    assert about_plain(About(), FR) == ""


def test_it_is_said_why_the_time_before_is_left_out() -> None:
    since = replace(a_trend(), before=None, alike_from=NOW)
    assert "only since 24 November" in str(trend_card(since, "📈", EN).blocks)
    nobody = replace(a_trend(), before=None, alike_from=None)
    assert "no time before" in str(trend_card(nobody, "📈", EN).blocks)


def test_a_share_says_what_it_gained() -> None:
    shares = [
        replace(share, before=before)
        for share, before in zip(a_comparison("Lumo", "Rival").shares, (50, 50), strict=True)
    ]
    found = replace(a_comparison(), shares=tuple(shares))
    said = str(compare_card(found, "📊", EN).blocks)
    assert "*Rival*  *67%* · 200 mentions · +17 points against the time before" in said
    assert "−17 points" in said


@given(
    names=st.lists(HOSTILE, min_size=1, max_size=6),
    peaks=st.integers(0, 60),
    days=st.integers(8, 92),
    voice=st.sampled_from([EN, FR]),
)
def test_slack_takes_it_whatever_is_in_it(
    names: list[str], peaks: int, days: int, voice: Voice
) -> None:
    about = About(themes=(names[0],), author=names[-1])
    began = a_trend().since
    rung = tuple(Peak(a_peak(began + n * DAY / 4).ring, about) for n in range(peaks))
    cards = [
        trend_card(replace(a_trend(days, rung), watch=names[0]), "📈", voice),
        compare_card(a_comparison(*names), "📊", voice),
    ]
    for card in cards:
        check_blocks(list(card.blocks))
        assert "<!channel>" not in str(card)
        assert "<@U1>" not in str(card)


@pytest.mark.parametrize("voice", [EN, FR])
def test_slack_takes_what_is_said_of_an_export(voice: Voice) -> None:
    cards = (
        export_card(3, 1, "Europe/Paris", voice),
        export_card(0, 0, "UTC", voice),
        working_card(500, 12_000, voice),
        done_card(12_000, voice),
    )
    for card in cards:
        check_blocks(list(card.blocks))


def test_an_export_is_called_by_what_is_in_it() -> None:
    assert title(["Lumo", "Rival"], NOW - DAY, NOW, EN) == (
        "Mentions of Lumo and Rival, 23 November to 24 November"
    )
    assert title(["a", "b", "c", "d"], NOW - DAY, NOW, EN).startswith("Mentions of 4 watches")
    assert "du 23 novembre au 24 novembre" in title(["Lumo"], NOW - DAY, NOW, FR)


def test_a_comparison_of_nothing_is_no_fault() -> None:
    nobody = Share(watch="Lumo", counts=(0,) * 10, felt=Felt(), before=None)
    found: Compared = replace(a_comparison("Lumo"), shares=(nobody,))
    assert "*0%*" in str(compare_card(found, "📊", EN).blocks)
