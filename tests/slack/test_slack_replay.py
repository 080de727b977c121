"""What would have rung, in words that Slack takes."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.config import SourceConfig, WatchConfig
from bot.domain.about import About, about
from bot.domain.detection import Evidence
from bot.domain.mention import Mention
from bot.domain.replay import Replay, Ring, Row
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.replay import (
    looking_blocks,
    replay_card,
    replay_view,
    ring_words,
    rung_blocks,
    too_slow_blocks,
    with_picture,
)
from bot.slack.blocks.watchform import WatchForm, form_view
from bot.standin.blocks import check_blocks, check_view
from tests.builders import NOW, a_mention, a_post

EN, FR = Voice("en", UTC), Voice("fr", ZoneInfo("Europe/Paris"))
FORUM = SourceConfig(name="forum", kind="feed", url="http://forum.example/feed")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def a_ring(number: int = 0, *, once: float | None = 40, over: bool = True) -> Ring:
    began = NOW - 20 * DAY + number * HOUR
    evidence = Evidence(
        window_start=began,
        window_end=began + HOUR,
        seen=21,
        expected=5.9,
        low=1,
        high=12,
        once_in_days=once,
        known_days=20,
        sensitivity=7,
    )
    return Ring(evidence=evidence, last=began + 3 * HOUR, peak=30, over=over)


def a_replay(*numbers: int, known_days: float = 20) -> Replay:
    counts = numbers or (3, 1)
    return Replay(
        since=NOW - 28 * DAY,
        until=NOW,
        hours=(),
        rows=tuple(
            Row(days=7.0 * (n + 1), rings=tuple(a_ring(each) for each in range(count)))
            for n, count in enumerate(counts)
        ),
        known_days=known_days,
    )


def said(found: Replay, own: float, voice: Voice = EN) -> str:
    return str(rung_blocks(found, own, voice))


def test_the_sensitivity_of_the_watch_stands_out() -> None:
    told = said(a_replay(3, 1), 14)
    assert "*With this sensitivity it would have rung 1 time* in the last 28 days." in told
    assert "• Once in 7 ordinary days: 3 alerts, 0.8 a week" in told
    assert "▸ *Once in 14 ordinary days: 1 alert, 0.2 a week*" in told


def test_a_ring_says_how_much_how_rare_how_long_and_about_what() -> None:
    words = ring_words(a_ring(), About(themes=("delivery",), author="@ada", posts=7), EN)
    assert words == (
        "21 in an hour, usually 5.9, once in 40 days · for 3 hours · delivery, @ada: 7 of the posts"
    )
    assert ring_words(a_ring(once=4_000, over=False), None, EN) == (
        "21 in an hour, usually 5.9, less than once a year · for 3 hours, and it goes on"
    )
    assert ring_words(a_ring(once=None), About(), EN) == "21 in an hour, usually 5.9 · for 3 hours"


def test_a_ring_of_a_quarter_of_an_hour_says_so() -> None:
    ring = a_ring()
    began = ring.evidence.window_start
    quarter = replace(ring.evidence, window_end=began + timedelta(minutes=14))
    words = ring_words(replace(ring, evidence=quarter), None, EN)
    assert words.startswith("21 in a quarter of an hour, usually 5.9, once in 40 days")


def test_it_is_said_in_french() -> None:
    words = ring_words(a_ring(), About(themes=("delivery",), author="@ada", posts=7), FR)
    assert words.startswith("21 en une heure, d’ordinaire 5,9, une fois en 40 jours")
    assert "livraison, @ada\u00a0: 7 des publications" in words


def test_only_the_latest_are_listed() -> None:
    told = said(a_replay(9), 7)
    assert told.count("21 in an hour") == 5
    assert "…and 4 before." in told


def test_nothing_that_rang_is_told_by_its_number() -> None:
    told = said(a_replay(0, 0), 14)
    assert "it would have rung 0 times" in told
    assert "an hour" not in told


def test_who_looks_at_a_young_watch_is_told_that_little_is_known() -> None:
    assert "Little is known of this watch yet." in said(a_replay(known_days=3), 7)


HOSTILE = st.sampled_from(["<!channel>", "<@U1>", "*_~`", "&lt;|>", "\u202eevil", "x" * 300])


@given(
    watch=HOSTILE,
    author=HOSTILE,
    theme=HOSTILE,
    count=st.integers(0, 400),
    voice=st.sampled_from([EN, FR]),
)
def test_slack_takes_it_whatever_is_in_it(
    watch: str, author: str, theme: str, count: int, voice: Voice
) -> None:
    found = a_replay(count, count // 2)
    ring = About(themes=(theme, theme, theme), author=author, posts=9)
    abouts = {one.began: ring for row in found.rows for one in row.rings}
    card = replay_card(found, watch, 7, abouts, "📈", voice)
    check_blocks(list(card.blocks))
    assert "<!channel>" not in str(card)
    assert "<@U1>" not in str(card)
    check_view(replay_view([*rung_blocks(found, 14, voice), with_picture(watch, voice)], voice))
    check_view(replay_view(looking_blocks(voice), voice))


@pytest.mark.parametrize("voice", [EN, FR])
def test_the_form_holds_it_below_the_sensitivity(voice: Voice) -> None:
    watch = WatchConfig(name="Lumo", query="lumo", channel="#brand")
    form = WatchForm(watch=watch, origin="file", sources=(FORUM,))
    view = form_view(form, voice, rung=rung_blocks(a_replay(), 7, voice))
    check_view(view)
    order = [block.get("block_id") for block in view["blocks"]]
    assert (
        order.index(ids.WATCH_ONCE_IN) < order.index(ids.WATCH_RUNG) < order.index(ids.WATCH_ALARM)
    )
    check_view(form_view(form, voice, rung=too_slow_blocks(voice)))


def test_a_watch_that_is_new_has_counted_nothing_to_look_back_on() -> None:
    watch = WatchConfig(name="", query="", channel="")
    view = form_view(WatchForm(watch=watch, origin="new", sources=()), EN)
    assert ids.WATCH_RUNG not in [block.get("block_id") for block in view["blocks"]]


def test_an_author_leads_who_wrote_a_good_part() -> None:
    def posts(*authors: str) -> list[Mention]:
        return [
            a_mention(id=f"m{n}", post=a_post(id=f"p{n}", author=author))
            for n, author in enumerate(authors)
        ]

    crowd = about(posts(*(f"@b{n}" for n in range(9))), [])
    assert (crowd.author, crowd.posts) == ("", 0)
    flood = about(posts("@ada", "@ada", "@bob", "@ada"), [])
    assert (flood.author, flood.posts) == ("@ada", 3)
    assert about([], []) == About()
