"""Cards of waves, silences and news: Slack takes them, and they say what they are for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.alerts import Alert, Reason
from bot.domain.novelties import NoveltyReason
from bot.domain.severity import Graded
from bot.domain.silences import Newest, Silence, SilenceReason
from bot.domain.velocity import VelocityReason
from bot.domain.waves import Wave, WaveReason
from bot.i18n import Voice
from bot.slack.blocks.alert import AlertView, alert_card
from bot.slack.blocks.news import velocity_line
from bot.slack.blocks.silence import silence_line
from bot.slack.blocks.wave import wave_line
from bot.standin.blocks import check_blocks
from tests.builders import NOW, a_conversation, a_mention
from tests.slack.test_slack_alert_cards import (
    CONTROL,
    ENGLISH,
    NASTY,
    VOICES,
    mentions,
    words_of,
)

WAVE = WaveReason(
    wave=Wave(since=NOW - timedelta(hours=3), negative=8, read=20, usual=0.1, once_in_days=44.0),
    until=NOW,
    known=412,
    patience=30.0,
    themes=("battery",),
    authors=7,
    posts=("m1",),
)
SILENCE = SilenceReason(
    silence=Silence(
        since=NOW - timedelta(hours=2), until=NOW, expected=40.2, a_day=480, once_in_days=900
    ),
    patience=30.0,
    sources=(Newest("forum", NOW - timedelta(hours=2)), Newest("lumen.social", None)),
)
THEME = NoveltyReason(
    theme="seashells", seen=6, of=40, before=0, known=900, authors=6, posts=("m1",)
)
FAST = VelocityReason(post="m1", engagement=900, speed=900.4, once_in_days=61.0, patience=30.0)

KINDS: dict[Any, Reason] = {"wave": WAVE, "silence": SILENCE, "theme": THEME, "velocity": FAST}


def a_view(kind: Any, voice: Voice = ENGLISH, **changes: Any) -> AlertView:
    alert = Alert(
        id="a1",
        kind=kind,
        watch="Lumo",
        channel="#brand",
        raised=NOW,
        reason=KINDS[kind],
        graded=Graded(severity="low"),
    )
    view = AlertView(
        alert=alert, conversation=a_conversation(title=""), posts=(), now=NOW, voice=voice
    )
    return replace(view, **changes)


@given(st.sampled_from(list(KINDS)), mentions(), NASTY, VOICES, st.booleans())
def test_slack_takes_every_card_whatever_people_write(
    kind: Any, mention: Any, words: str, voice: Voice, over: bool
) -> None:
    view = a_view(kind, voice, posts=(mention,) * 3)
    reason: Any = view.alert.reason
    if kind == "theme":
        reason = replace(reason, theme=words)
    if kind == "wave":
        reason = replace(reason, themes=(words, words))
    if kind == "silence":
        reason = replace(reason, sources=(Newest(words, None),) * 30)
    alert = replace(view.alert, reason=reason, ended=NOW if over else None)
    card = alert_card(replace(view, alert=alert))
    check_blocks(list(card.blocks))
    assert not any(mark in words_of(card.blocks) + card.text for mark in CONTROL)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("wave", "8 of the 20 posts since"),
        ("wave", "(40%), where 10% are usual"),
        ("wave", "about once in 44 days"),
        ("silence", "where 40.2 mentions were expected"),
        ("silence", "less than once a year"),
        ("theme", "6 of the 40 posts of the last day speak of *seashells*, and 0 of the 900"),
        ("velocity", "900 likes, replies and reshares, about 900 an hour"),
    ],
)
def test_a_card_says_why(kind: Any, words: str) -> None:
    assert words in str(alert_card(a_view(kind)).blocks)


@given(mentions(), NASTY, VOICES)
def test_lines_in_a_thread_ring_nobody(mention: Any, words: str, voice: Voice) -> None:
    told = (
        wave_line(replace(WAVE, themes=(words,)), words, voice),
        silence_line(SILENCE, words, voice),
        velocity_line(FAST, mention, voice),
    )
    assert not any(mark in line for line in told for mark in CONTROL)


def test_the_line_of_a_fast_post_names_who_wrote_it() -> None:
    assert "@ada" in velocity_line(FAST, a_mention(), ENGLISH)
