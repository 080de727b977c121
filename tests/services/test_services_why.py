"""Why something was told, or not: gathered from what polls, mutes and routes left behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config, loads
from bot.domain.mention import Post
from bot.domain.mutes import Scope
from bot.domain.why import Explained, untold
from bot.errors import UnknownConversation
from bot.services import ingest, mutes, why
from bot.services.base import Services
from tests.builders import NOW, a_post
from tests.services.conftest import CONFIG, HandClock, ScriptedSource

ANGRY = "This lumo lamp is terrible. I hate it, the worst I ever bought."

RULES = """
[[routes]]
name = "French"
channel = "#france"
languages = ["fr"]
[[routes]]
name = "the rest"
channel = "#rest"
[[accounts]]
source = "forum"
author = "@maisonlumo"
"""


@pytest.fixture
def config() -> Config:
    return loads(CONFIG + RULES)


async def told_of(
    services: Services, scripted: dict[str, ScriptedSource], *posts: Post
) -> list[Explained]:
    """Why each of some posts was told, or not, once they were polled."""
    watch = services.watches.named("Lumo")
    for place in scripted:
        await ingest.poll(services, watch, place)
    scripted["forum"].will_show(*posts)
    await ingest.poll(services, watch, "forum")
    found = await services.records.mentions.find({"watch": "Lumo"}, "at")
    ids = dict.fromkeys(kept.value.conversation for kept in found)
    return [await why.why(services, id) for id in ids]


def a_forum_post(**changes: object) -> Post:
    return a_post(**{"source": "forum", "text": ANGRY, **changes})


async def test_the_way_of_an_alert_is_told_as_it_was_decided(
    services: Services, scripted: dict[str, ScriptedSource]
) -> None:
    [found] = await told_of(services, scripted, a_forum_post())
    assert found.alert is not None
    assert (found.alert.channel, found.alert.route) == ("#rest", "the rest")
    assert found.alert.trail is not None
    assert [miss.route for miss in found.alert.trail.misses] == ["French"]
    assert untold(found) is None


async def test_each_conversation_of_a_story_is_told_by_its_alert(
    services: Services, scripted: dict[str, ScriptedSource]
) -> None:
    other = a_forum_post(id="f2", text="Awful lumo app, I hate it.")
    first, second = await told_of(services, scripted, a_forum_post(id="f1"), other)
    assert first.alert is not None
    assert second.alert is not None
    assert first.alert.id == second.alert.id


async def test_a_copy_names_the_conversation_where_it_counts(
    services: Services, scripted: dict[str, ScriptedSource]
) -> None:
    first, copy = await told_of(services, scripted, a_forum_post(id="f1"), a_forum_post(id="f2"))
    assert first.alert is not None
    assert untold(copy) == "copy"
    assert copy.copied == first.conversation.id


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"author": "@MaisonLumo"}, "own"),
        ({"text": "The lumo lamp stands on a table."}, "mild"),
        ({"at": NOW - timedelta(days=2)}, "late"),
    ],
)
async def test_what_raised_no_alert_says_why(
    services: Services,
    scripted: dict[str, ScriptedSource],
    changes: dict[str, object],
    reason: str,
) -> None:
    [found] = await told_of(services, scripted, a_forum_post(**changes))
    assert found.alert is None
    assert untold(found) == reason


async def test_what_was_muted_names_its_mute_even_after_its_end(
    services: Services, scripted: dict[str, ScriptedSource], clock: HandClock
) -> None:
    await mutes.hold_back(services, Scope(author="@ada"), "U1", timedelta(hours=1))
    [found] = await told_of(services, scripted, a_forum_post())
    assert untold(found) == "muted"
    clock.turn(timedelta(hours=5))
    later = await why.why(services, found.conversation.id)
    assert later.mute is not None
    assert later.mute.author == "@ada"


async def test_a_mute_that_was_set_later_did_not_hold_it(
    services: Services, scripted: dict[str, ScriptedSource], clock: HandClock
) -> None:
    [found] = await told_of(services, scripted, a_forum_post(text="My lumo lamp is on the table."))
    clock.turn(timedelta(minutes=5))
    await mutes.hold_back(services, Scope(watch="Lumo"), "U1", timedelta(hours=1))
    assert (await why.why(services, found.conversation.id)).mute is None


async def test_an_id_is_understood_as_it_is_typed(
    services: Services, scripted: dict[str, ScriptedSource]
) -> None:
    [found] = await told_of(services, scripted, a_forum_post())
    typed = f"`{found.conversation.id.upper()}`"
    assert (await why.why(services, typed)).conversation == found.conversation
    with pytest.raises(UnknownConversation):
        await why.why(services, "nothing")
