"""How a conversation is called: a spike by its time, in its reader's language and zone."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from bot.i18n import Voice
from bot.slack.blocks.direct import due_soon
from bot.slack.blocks.titles import shown_title, title
from tests.builders import NOW, a_conversation

FRENCH = Voice("fr", ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("kept", "english", "french"),
    [
        ("“*Hello*” @ada", "“*Hello*” @ada", "« *Hello* » @ada"),
        ("“It said “no” to me” ada", "“It said “no” to me” ada", "« It said “no” to me » ada"),
        ("“half a title", "“half a title", "“half a title"),
        ("Plain” words", "Plain” words", "Plain” words"),
    ],
)
def test_a_conversation_is_called_by_what_its_first_post_says_in_the_readers_marks(
    kept: str, english: str, french: str
) -> None:
    conversation = a_conversation(title=kept)
    assert title(conversation, Voice("en", UTC)) == english
    assert title(conversation, FRENCH).replace("\u202f", " ") == french


@pytest.mark.parametrize(
    ("voice", "words"),
    [(Voice("en", UTC), "Spike, "), (FRENCH, "Pic, ")],
    ids=["English", "French"],
)
def test_a_spike_is_called_by_its_time_in_the_readers_language(voice: Voice, words: str) -> None:
    spike = a_conversation(title="")
    assert title(spike, voice) == f"{words}{voice.moment(NOW)}"
    assert title(spike, voice) in str(due_soon(spike, voice, NOW).blocks)


def test_markup_in_a_title_is_harmless() -> None:
    shown = shown_title(a_conversation(title="<!channel> & co"), FRENCH)
    assert "<!channel>" not in shown
