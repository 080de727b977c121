"""What people do to a conversation."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.conversation import VIGIE, AuditEvent, Conversation, Deed, State
from bot.domain.transitions import TRANSITIONS, carried_out, diagram
from bot.errors import AlreadyClaimed, ConversationError, IllegalTransition
from tests.builders import NOW, a_conversation

LATER = NOW + timedelta(minutes=5)
DRAWING = Path(__file__).parents[2] / "docs" / "conversations.md"


def an_event(deed: Deed, by: str = "U1", **changes: Any) -> AuditEvent:
    event = AuditEvent(id="e", conversation="c1", order=1, at=LATER, by=by, deed=deed)
    return replace(event, **changes)


def after(conversation: Conversation, deed: Deed, by: str = "U1", **changes: Any) -> Conversation:
    return carried_out(conversation, an_event(deed, by, **changes))


CLAIMED = after(a_conversation(), "claim")
REPLIED = after(CLAIMED, "reply")


def test_a_claim_gives_it_to_who_clicked() -> None:
    assert (CLAIMED.state, CLAIMED.assignee, CLAIMED.changed) == ("claimed", "U1", LATER)


def test_a_second_claim_is_told_who_has_it() -> None:
    with pytest.raises(AlreadyClaimed) as refused:
        after(CLAIMED, "claim", "U2")
    assert refused.value.by == "U1"
    assert "<@U1>" in str(refused.value)


def test_claiming_twice_says_that_you_have_it() -> None:
    with pytest.raises(IllegalTransition, match="You already have"):
        after(CLAIMED, "claim")


def test_it_can_be_handed_over_but_not_to_who_has_it() -> None:
    assert after(CLAIMED, "hand_over", "U3", to="U2").assignee == "U2"
    with pytest.raises(IllegalTransition, match="<@U1> already has"):
        after(CLAIMED, "hand_over", "U3", to="U1")
    with pytest.raises(IllegalTransition, match="You already have"):
        after(CLAIMED, "hand_over", to="U1")


def test_what_was_answered_stays_so_in_other_hands() -> None:
    assert after(REPLIED, "hand_over", to="U2").state == "replied"


def test_only_the_assignee_releases_it() -> None:
    with pytest.raises(IllegalTransition, match="<@U1>"):
        after(CLAIMED, "release", "U2")
    released = after(CLAIMED, "release")
    assert (released.state, released.assignee) == ("new", "")


def test_what_is_resolved_says_by_whom_and_must_be_reopened_first() -> None:
    resolved = after(a_conversation(), "resolve", "U2", note="refunded")
    assert (resolved.state, resolved.closed_by, resolved.note) == ("resolved", "U2", "refunded")
    with pytest.raises(IllegalTransition, match="<@U2> already resolved it"):
        after(resolved, "claim")
    assert after(resolved, "reopen").state == "new"


def test_a_dismissal_says_what_it_is_instead() -> None:
    assert after(CLAIMED, "dismiss", because="not_negative").because == "not_negative"


def test_what_is_reopened_goes_back_to_who_had_it() -> None:
    reopened = after(after(CLAIMED, "dismiss", "U2", because="not_about_us"), "reopen", "U2")
    assert (reopened.state, reopened.assignee, reopened.because) == ("claimed", "U1", "")


def test_who_answers_what_nobody_has_takes_it() -> None:
    replied = after(a_conversation(due=LATER), "reply", "U2")
    assert (replied.state, replied.assignee, replied.due) == ("replied", "U2", None)
    assert replied.answered == LATER
    assert not replied.measured


def test_what_was_seen_at_the_source_takes_the_place_of_what_was_said() -> None:
    at, waited = LATER - timedelta(minutes=3), timedelta(minutes=2)
    seen = after(REPLIED, "reply", VIGIE, at=at, note="@maisonlumo", waited=waited)
    assert (seen.answered, seen.measured) == (at, True)
    assert (seen.answered_by, seen.waited) == ("@maisonlumo", waited)
    with pytest.raises(IllegalTransition):
        after(seen, "reply", VIGIE, at=LATER)


def test_a_second_click_on_replied_is_refused() -> None:
    with pytest.raises(IllegalTransition, match="already"):
        after(REPLIED, "reply")


def test_a_later_answer_leaves_the_first_response_time_as_it_was() -> None:
    seen = after(CLAIMED, "reply", VIGIE, note="@maisonlumo", waited=timedelta(minutes=2))
    again = after(after(seen, "reopen", VIGIE), "reply", VIGIE, at=LATER + timedelta(hours=9))
    assert (again.answered, again.waited) == (seen.answered, seen.waited)


@pytest.mark.parametrize("before", [a_conversation(), CLAIMED, REPLIED])
def test_a_snooze_ends_in_what_it_was(before: Conversation) -> None:
    snoozed = after(before, "snooze", until=LATER)
    assert (snoozed.state, snoozed.snoozed_until) == ("snoozed", LATER)
    woken = after(snoozed, "wake", VIGIE)
    assert (woken.state, woken.assignee) == (before.state, before.assignee)
    assert woken.snoozed_until is None


def test_what_somebody_has_is_snoozed_by_nobody_else() -> None:
    with pytest.raises(IllegalTransition, match="only they can snooze"):
        after(CLAIMED, "snooze", "U2", until=LATER)


def test_a_new_post_opens_what_was_answered() -> None:
    assert after(REPLIED, "reopen", VIGIE).state == "claimed"
    with pytest.raises(IllegalTransition, match="still open"):
        after(REPLIED, "reopen")


def test_a_confirmation_changes_nothing_that_is_shown() -> None:
    assert after(CLAIMED, "confirm", at=LATER + timedelta(hours=1)) == CLAIMED
    with pytest.raises(IllegalTransition):
        after(CLAIMED, "confirm", "U2")


PEOPLE = st.sampled_from(["U1", "U2", "U3"])
EVENTS = st.builds(
    an_event,
    deed=st.sampled_from(get_args(Deed)),
    by=PEOPLE | st.just(VIGIE),
    to=PEOPLE,
    note=st.sampled_from(["", "a note"]),
    until=st.just(LATER),
    because=st.sampled_from(["not_about_us", "not_negative"]),
    waited=st.none() | st.just(timedelta(minutes=1)),
)


def possible(conversation: Conversation) -> None:
    """What is true of every conversation, whatever was done to it."""
    state = conversation.state
    if state == "new":
        assert not conversation.assignee
    if state in ("claimed", "replied"):
        assert conversation.assignee
    assert bool(conversation.closed_by) == (not conversation.is_open)
    assert bool(conversation.because) == (state == "dismissed")
    assert (conversation.snoozed_until is not None) == (state == "snoozed")
    if state == "snoozed":
        assert conversation.awake in ("new", "claimed", "replied")
        assert bool(conversation.assignee) == (conversation.awake != "new")
    assert (conversation.answered is not None) >= (state == "replied")
    assert conversation.measured <= (conversation.answered is not None)


@given(st.lists(EVENTS, max_size=40))
def test_no_order_of_deeds_leads_to_an_impossible_state(events: list[AuditEvent]) -> None:
    conversation, trail = a_conversation(), []
    for event in events:
        if event.deed in ("claim", "assign") and event.by == VIGIE:
            continue
        try:
            moved = carried_out(conversation, event)
        except ConversationError:
            continue
        assert moved.state in TRANSITIONS[event.deed][conversation.state]
        possible(moved)
        conversation = moved
        trail.append(event)
    assert reduce(carried_out, trail, a_conversation()) == conversation


def test_every_deed_and_every_state_is_in_the_table() -> None:
    states = set(get_args(State))
    assert set(TRANSITIONS) == set(get_args(Deed))
    assert {end for starts in TRANSITIONS.values() for e in starts.values() for end in e} == states


def test_the_drawing_in_the_docs_is_that_of_the_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in DRAWING.read_text(encoding="utf-8")
