"""What waits, listed and counted."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.conversation import State
from bot.services import conversations, home
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


async def test_a_persons_queue_holds_what_they_have_open(services: Services) -> None:
    await standing(services, ("new", ""), ("claimed", "U1"), ("replied", "U1"), ("resolved", "U1"))
    assert {one.id for one in await conversations.queue(services, "U1")} == {"c1", "c2"}


@pytest.fixture
async def claimed_meanwhile(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversation that is claimed in the moment in which it is read."""
    repository = services.records.conversations
    await standing(services, ("new", ""))
    find, was_claimed = repository.find, False

    async def find_then_claim(*asked: Any, **how: Any) -> Any:
        nonlocal was_claimed
        found = await find(*asked, **how)
        if found and not was_claimed:
            was_claimed = True
            await conversations.claim(services, "c0", "U1")
        return found

    monkeypatch.setattr(repository, "find", find_then_claim)


@pytest.mark.usefixtures("claimed_meanwhile")
async def test_a_conversation_that_is_claimed_in_the_moment_is_listed_once(
    services: Services,
) -> None:
    """Slack takes no card in which a line comes twice: nobody would see a queue."""
    queue = await conversations.queue(services)
    assert [(one.id, one.assignee) for one in queue] == [("c0", "U1")]


@pytest.mark.usefixtures("claimed_meanwhile")
async def test_a_conversation_that_is_claimed_in_the_moment_stands_in_one_place_of_home(
    services: Services,
) -> None:
    shown = await home.of(services, "U1")
    assert [one.id for one in shown.mine] == ["c0"]
    assert shown.waiting == ()
    assert shown.team.states == {"claimed": 1}
