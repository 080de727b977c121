"""Many conversations given at once."""

from __future__ import annotations

from bot.domain.bulk import Selection
from bot.i18n import Voice
from bot.services import bulk, conversations
from bot.services.base import Services
from bot.slack.blocks.bulk import MOST, asked_of, asking_card
from bot.standin.blocks import check_blocks
from tests.builders import a_conversation
from tests.services.test_services_prompting import now_is, opened, said


async def several(services: Services) -> None:
    for n in range(3):
        await opened(services, id=f"c{n}", alert="m1" if n == 0 else "")


async def test_all_that_nobody_has_is_given_with_one_word_to_who_gets_it(
    services: Services,
) -> None:
    await several(services)
    found = await bulk.meant(services, Selection(), "U1", services.config.timezone)
    assert len(found) == 3
    outcome = await bulk.give(services, tuple(one.id for one in found), "U1", "U2", "")
    assert (len(outcome.given), outcome.had, outcome.left_alone) == (3, 0, 0)
    assert {(await now_is(services, f"c{n}")).assignee for n in range(3)} == {"U2"}
    direct = [delivery for delivery in await said(services) if delivery.kind == "direct"]
    assert [delivery.channel for delivery in direct] == ["U2"]
    assert all("<@U2>" not in d.text for d in await said(services) if d.kind == "note")
    for n in range(3):
        [event] = await conversations.history(services, f"c{n}")
        assert (event.deed, event.by, event.to) == ("assign", "U1", "U2")


async def test_what_is_asked_for_twice_is_done_and_told_once(services: Services) -> None:
    await several(services)
    ids = ("c0", "c1", "c2")
    await bulk.give(services, ids, "U1", "U2", "")
    again = await bulk.give(services, ids, "U1", "U2", "")
    assert (again.given, again.had, again.left_alone) == ([], 3, 0)
    direct = [delivery for delivery in await said(services) if delivery.kind == "direct"]
    assert len(direct) == 1
    assert [event.deed for event in await conversations.history(services, "c0")] == ["assign"]


async def test_what_changed_meanwhile_is_left_alone(services: Services) -> None:
    await several(services)
    await conversations.claim(services, "c1", "U3")
    await conversations.resolve(services, "c2", "U3")
    outcome = await bulk.give(services, ("c0", "c1", "c2", "gone00"), "U1", "U2", "")
    assert ([one.id for one in outcome.given], outcome.left_alone) == (["c0"], 3)
    assert (await now_is(services, "c1")).assignee == "U3"


async def test_ones_own_are_handed_over(services: Services) -> None:
    await several(services)
    await conversations.claim(services, "c1", "U1")
    mine = await bulk.meant(services, Selection(mine=True), "U1", services.config.timezone)
    assert [one.id for one in mine] == ["c1"]
    await bulk.give(services, ("c1",), "U1", "U2", "U1")
    assert (await conversations.history(services, "c1"))[-1].deed == "hand_over"


async def test_what_is_shown_fits_slack_and_carries_what_is_done(services: Services) -> None:
    found = [a_conversation(id=f"{n:06d}", title="<!channel> " * 50) for n in range(MOST + 50)]
    for language in ("en", "fr"):
        voice = Voice(language, services.config.timezone)
        card = asking_card(found, "U0CAMILLE00", "U0SAM00000", "", voice, services.now())
        check_blocks(list(card.blocks))
        button = card.blocks[-1]["elements"][0]
        by, to, had, ids = asked_of(button["value"])
        assert (by, to, had) == ("U0CAMILLE00", "U0SAM00000", "")
        assert ids == tuple(one.id for one in found[:MOST])
        assert "50 more fit" in str(card.blocks) or "50 autres" in str(card.blocks)


async def test_nothing_to_give_is_said_without_a_button(services: Services) -> None:
    voice = Voice("en", services.config.timezone)
    card = asking_card([], "U1", "U2", "", voice, services.now())
    assert [block["type"] for block in card.blocks] == ["section"]
