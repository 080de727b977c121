"""A conversation's row of buttons and its line, in every state and both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from bot.domain.conversation import Conversation, State
from bot.i18n import LANGUAGES, Language, Voice
from bot.slack import ids
from bot.slack.blocks.parts import Block
from bot.slack.blocks.steps import buttons, deadline, state_line
from bot.standin.blocks import check_blocks
from tests.builders import NOW, a_conversation

PARIS = ZoneInfo("Europe/Paris")
EN, FR = Voice("en", PARIS), Voice("fr", PARIS)
STATES: tuple[State, ...] = get_args(State)


def in_state(state: State, **changes: Any) -> Conversation:
    """A conversation as it is in a state."""
    taken = state in ("claimed", "replied")
    closed = state in ("resolved", "dismissed")
    return replace(
        a_conversation(),
        state=state,
        assignee="U1" if taken else "",
        closed_by="U2" if closed else "",
        **changes,
    )


def acts(block: Block) -> list[str]:
    """The row's action ids, in their places."""
    return [element["action_id"] for element in block["elements"]]


def verbs(block: Block) -> list[str]:
    """What the menu behind the row offers."""
    menu = next(e for e in block["elements"] if e["type"] == "overflow")
    return [option["value"].partition(" ")[0] for option in menu["options"]]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spike", [True, False])
def test_every_state_gives_a_row_that_slack_takes(
    state: State, language: Language, spike: bool
) -> None:
    conversation = in_state(state, due=NOW, snoozed_until=NOW)
    row = buttons(conversation, Voice(language, PARIS), "alert.m1", spike=spike)
    check_blocks([row])
    assert state_line(conversation, Voice(language, PARIS), NOW).startswith("`c1` · ")


def test_buttons_keep_their_places_while_it_is_open() -> None:
    rows = [acts(buttons(in_state(state), EN, "b")) for state in ("new", "claimed", "replied")]
    assert [row[0] for row in rows] == [ids.CLAIM, ids.RELEASE, ids.RELEASE]
    assert {tuple(row[1:]) for row in rows} == {
        (
            ids.ASSIGN,
            ids.RESOLVE,
            ids.DISMISS,
            ids.NOT_NEGATIVE,
            ids.INSIGHT_NEW,
            ids.MORE,
        )
    }


def test_what_is_closed_offers_to_reopen_it_in_the_first_place() -> None:
    assert acts(buttons(in_state("resolved"), EN, "b")) == [
        ids.REOPEN,
        ids.INSIGHT_NEW,
        ids.MORE,
    ]


def test_a_spike_has_nothing_to_answer() -> None:
    row = buttons(in_state("new"), EN, "b", spike=True)
    assert ids.NOT_NEGATIVE not in acts(row)
    assert verbs(row) == [ids.VERB_SNOOZE, ids.VERB_WHY, ids.VERB_MUTE]


@pytest.mark.parametrize("state", ["new", "resolved"])
def test_what_the_posts_of_a_spike_ask_for_can_be_made_an_insight_but_a_silence_has_none(
    state: State,
) -> None:
    spike, silence = in_state(state, what="spike"), in_state(state, what="silence")
    assert ids.INSIGHT_NEW in acts(buttons(spike, EN, "b", spike=True))
    assert ids.INSIGHT_NEW not in acts(buttons(silence, EN, "b", spike=True))


def test_the_exchange_is_shown_once_somebody_has_it() -> None:
    assert ids.VERB_EXCHANGE not in verbs(buttons(in_state("new"), EN, "b"))
    assert ids.VERB_EXCHANGE in verbs(buttons(in_state("claimed"), EN, "b"))


def test_a_line_says_who_and_until_when() -> None:
    line = state_line(in_state("claimed", due=NOW + timedelta(hours=2)), EN, NOW)
    assert "<@U1> has this since" in line
    assert "to be answered by" in line
    assert "overdue" in state_line(in_state("claimed", due=NOW), EN, NOW)


def test_what_is_closed_or_answered_is_due_no_more() -> None:
    assert "overdue" not in state_line(in_state("resolved", due=NOW), EN, NOW)
    assert deadline(in_state("replied"), EN, NOW) == ""


def test_how_long_is_left_is_said_in_the_readers_language() -> None:
    left = in_state("new", due=NOW + timedelta(minutes=20))
    assert deadline(left, EN, NOW) == "due in 20 minutes"
    assert "20 minutes" in deadline(left, FR, NOW)


def test_an_answer_that_was_seen_says_how_long_it_took() -> None:
    seen = in_state(
        "replied", measured=True, answered_by="@maisonlumo", waited=timedelta(minutes=12)
    )
    assert "answered by @maisonlumo 12 minutes after the post" in state_line(seen, EN, NOW)
