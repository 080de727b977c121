"""The order in which open conversations wait."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.conversation import Conversation, State
from bot.domain.queue import Wanted, is_overdue, ordered
from bot.domain.severity import SEVERITIES
from tests.builders import NOW, a_conversation

MOMENTS = st.integers(-5, 5).map(lambda hours: NOW + timedelta(hours=hours))
CONVERSATIONS = st.builds(
    lambda **changes: replace(a_conversation(), **changes),
    id=st.text("abc123", min_size=1, max_size=4),
    state=st.sampled_from(get_args(State)),
    due=st.none() | MOMENTS,
    opened=MOMENTS,
    severity=st.sampled_from(SEVERITIES),
    assignee=st.sampled_from(["", "U1", "U2"]),
    watch=st.sampled_from(["Lumo", "Brand"]),
    snoozed_until=st.none() | MOMENTS,
)


@given(st.lists(CONVERSATIONS, max_size=20, unique_by=lambda c: c.id))
def test_what_is_due_first_stands_first(conversations: list[Conversation]) -> None:
    queue = ordered(conversations)
    assert sorted(c.id for c in queue) == sorted(c.id for c in conversations)
    awake = [c.due for c in queue if c.state != "snoozed" and c.due]
    assert awake == sorted(awake)
    late = [is_overdue(c, NOW) for c in queue if c.is_open and c.state != "snoozed"]
    assert late == sorted(late, reverse=True), "overdue before all else"
    assert ordered(reversed(conversations)) == queue


def test_of_one_moment_the_worst_stands_first_and_what_sleeps_last() -> None:
    low = a_conversation(id="low", severity="low", due=NOW)
    high = a_conversation(id="high", severity="high", due=NOW)
    asleep = a_conversation(id="asleep", state="snoozed", due=NOW - timedelta(hours=1))
    replied = a_conversation(id="replied", state="replied", assignee="U1")
    assert [c.id for c in ordered([asleep, replied, low, high])] == [
        "high", "low", "replied", "asleep",
    ]  # fmt: skip


@given(CONVERSATIONS)
def test_what_is_wanted_is_open_and_fits(conversation: Conversation) -> None:
    wanted = Wanted(assignee="U1", watch="Lumo", overdue=True)
    assert wanted.fits(conversation, NOW) == (
        conversation.is_open
        and conversation.assignee == "U1"
        and conversation.watch == "Lumo"
        and is_overdue(conversation, NOW)
    )
