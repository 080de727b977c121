"""What people do to a conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import conversation as states
from bot.domain.conversation import Conversation
from bot.errors import AlreadyClaimed, ConversationError, IllegalTransition
from tests.builders import NOW, a_conversation

LATER = NOW + timedelta(minutes=5)


def test_a_claim_gives_it_to_who_clicked() -> None:
    claimed = states.claim(a_conversation(), "U1", LATER)
    assert (claimed.state, claimed.assignee, claimed.changed) == ("claimed", "U1", LATER)


def test_a_second_claim_is_told_who_has_it() -> None:
    claimed = states.claim(a_conversation(), "U1", LATER)
    with pytest.raises(AlreadyClaimed) as refused:
        states.claim(claimed, "U2", LATER)
    assert refused.value.by == "U1"
    assert "<@U1>" in str(refused.value)


def test_claiming_twice_says_that_you_have_it() -> None:
    claimed = states.claim(a_conversation(), "U1", LATER)
    with pytest.raises(IllegalTransition, match="You already have"):
        states.claim(claimed, "U1", LATER)


def test_it_can_be_handed_over_but_not_to_who_has_it() -> None:
    claimed = states.claim(a_conversation(), "U1", LATER)
    assert states.assign(claimed, "U2", LATER).assignee == "U2"
    with pytest.raises(IllegalTransition):
        states.assign(claimed, "U1", LATER)


def test_only_the_assignee_releases_it() -> None:
    claimed = states.claim(a_conversation(), "U1", LATER)
    with pytest.raises(IllegalTransition, match="<@U1>"):
        states.release(claimed, "U2", LATER)
    released = states.release(claimed, "U1", LATER)
    assert (released.state, released.assignee) == ("new", "")


def test_what_is_resolved_says_by_whom_and_must_be_reopened_first() -> None:
    resolved = states.resolve(a_conversation(), "U2", "refunded", LATER)
    assert (resolved.state, resolved.closed_by, resolved.note) == ("resolved", "U2", "refunded")
    with pytest.raises(IllegalTransition, match="<@U2> already resolved it"):
        states.claim(resolved, "U1", LATER)
    assert states.reopen(resolved, LATER).state == "new"


def test_what_is_reopened_goes_back_to_who_had_it() -> None:
    claimed = states.claim(a_conversation(), "U1", LATER)
    reopened = states.reopen(states.dismiss(claimed, "U2", LATER), LATER)
    assert (reopened.state, reopened.assignee) == ("claimed", "U1")


PEOPLE = st.sampled_from(["U1", "U2", "U3"])
DEEDS = st.sampled_from(["claim", "assign", "release", "resolve", "dismiss", "reopen"])


def act(conversation: Conversation, deed: str, by: str) -> Conversation:
    match deed:
        case "claim":
            return states.claim(conversation, by, LATER)
        case "assign":
            return states.assign(conversation, by, LATER)
        case "release":
            return states.release(conversation, by, LATER)
        case "resolve":
            return states.resolve(conversation, by, "", LATER)
        case "dismiss":
            return states.dismiss(conversation, by, LATER)
        case _:
            return states.reopen(conversation, LATER)


@given(st.lists(st.tuples(DEEDS, PEOPLE), max_size=30))
def test_no_order_of_clicks_leads_to_an_impossible_state(clicks: list[tuple[str, str]]) -> None:
    conversation = a_conversation()
    for deed, by in clicks:
        try:
            conversation = act(conversation, deed, by)
        except ConversationError:
            continue
        assert (conversation.state == "claimed") == (
            bool(conversation.assignee) and conversation.is_open
        )
        assert bool(conversation.closed_by) == (not conversation.is_open)
