"""What waits, listed and counted."""

from __future__ import annotations

from bot.domain.conversation import State
from bot.services import conversations
from bot.services.base import Services
from tests.builders import a_conversation


async def standing(services: Services, *given: tuple[State, str]) -> None:
    """Conversations in these states, with these assignees."""
    put = services.records.conversations.put
    made = [
        a_conversation(id=f"c{number}", state=state, assignee=assignee)
        for number, (state, assignee) in enumerate(given)
    ]
    await services.records.commit([put(one.id, one) for one in made])


async def test_what_is_open_is_counted_by_its_state_and_by_who_has_it(services: Services) -> None:
    await standing(
        services, ("new", ""), ("new", ""), ("claimed", "U1"), ("replied", "U2"), ("resolved", "U1")
    )
    assert await conversations.how_many(services) == 4
    assert await conversations.how_many(services, ("new",)) == 2
    assert await conversations.how_many(services, assignee="U1") == 1
    assert await conversations.how_many(services, ("resolved",), "U1") == 1
    assert await conversations.how_many(services, assignee="U3") == 0
