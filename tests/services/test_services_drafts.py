"""Drafts as they are kept: who is told of what, and what becomes of the conversation."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from msgspec import structs

from bot.domain.drafts import Draft
from bot.domain.outbox import Delivery
from bot.errors import IllegalTransition, VigieError
from bot.services import conversations, drafts
from bot.services.base import Services
from tests.builders import a_mention, a_post
from tests.services.conftest import HandClock

OURS = ("lumen.social", "@lumo")
SAM, CAMILLE, MARGOT = "U0SAM", "U0CAMILLE", "U0MARGOT"


@pytest.fixture
async def conversation(services: Services) -> str:
    """The id of a conversation that nobody worked yet."""
    mention = a_mention(conversation="c0nv01")
    await services.records.commit([services.records.mentions.put(mention.id, mention)])
    return mention.conversation


async def told(services: Services, user: str) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found if kept.value.channel == user]


async def the_draft(services: Services, id: str) -> Draft:
    kept = await services.records.drafts.get(id)
    assert kept
    return kept.value


async def test_who_opens_the_form_again_goes_on_with_the_same_draft(
    services: Services, conversation: str, clock: HandClock
) -> None:
    first = await drafts.begin(services, conversation, SAM)
    clock.turn(timedelta(minutes=5))
    again = await drafts.begin(services, conversation, SAM)
    assert again.draft == first.draft
    assert again.others == ()


async def test_of_two_who_begin_at_once_one_at_least_is_told(
    services: Services, conversation: str
) -> None:
    forms = await asyncio.gather(
        drafts.begin(services, conversation, SAM), drafts.begin(services, conversation, CAMILLE)
    )
    shown = sum(len(form.others) for form in forms)
    words = [*await told(services, SAM), *await told(services, CAMILLE)]
    assert shown >= 1
    assert len(words) >= 1
    assert {word.kind for word in words} == {"direct"}


async def test_a_draft_of_yesterday_is_nobodys_concern(
    services: Services, conversation: str, clock: HandClock
) -> None:
    old = await drafts.begin(services, conversation, CAMILLE)
    await drafts.submit(services, old.draft, CAMILLE, "Sorry", "")
    clock.turn(timedelta(days=1))
    form = await drafts.begin(services, conversation, SAM)
    assert form.others == ()
    mine = await drafts.begin(services, conversation, CAMILLE)
    assert mine.written == ""
    assert (await the_draft(services, old.draft)).text == "Sorry", "it is kept"


async def test_the_newest_post_of_a_conversation_is_the_one_that_is_answered(
    services: Services, conversation: str
) -> None:
    later = a_mention(
        id="m2",
        conversation=conversation,
        at=a_mention().at + timedelta(minutes=3),
        post=a_post(id="2", text="And now?", author="@bob"),
    )
    await services.records.commit([services.records.mentions.put(later.id, later)])
    form = await drafts.begin(services, conversation, SAM)
    assert (form.post.text, form.post.author) == ("And now?", "@bob")


async def test_the_brands_own_answer_is_not_what_is_answered(
    services: Services, conversation: str
) -> None:
    ours = a_mention(
        id="m2",
        conversation=conversation,
        at=a_mention().at + timedelta(minutes=3),
        post=a_post(id="2", text="We look into it.", author="@Lumo"),
    )
    await services.records.commit([services.records.mentions.put(ours.id, ours)])
    owning = replace(services, config=structs.replace(services.config, accounts=frozenset({OURS})))
    form = await drafts.begin(owning, conversation, SAM)
    assert form.post.author == "@ada"


async def test_a_newer_draft_takes_the_place_of_the_one_that_waits_for_approval(
    services: Services, conversation: str
) -> None:
    first = await drafts.begin(services, conversation, SAM)
    await drafts.submit(services, first.draft, SAM, "Sorry", MARGOT)
    second = await drafts.begin(services, conversation, SAM)
    assert second.draft != first.draft
    assert second.written == "Sorry"
    await drafts.submit(services, second.draft, SAM, "Very sorry", MARGOT)
    with pytest.raises(IllegalTransition, match="newer draft"):
        await drafts.approve(services, first.draft, MARGOT)
    approved = await drafts.approve(services, second.draft, MARGOT)
    assert (approved.by, approved.approver) == (SAM, MARGOT)


async def test_an_approval_that_is_clicked_twice_is_told_once(
    services: Services, conversation: str
) -> None:
    form = await drafts.begin(services, conversation, SAM)
    await drafts.submit(services, form.draft, SAM, "Sorry", MARGOT)
    twice = await asyncio.gather(
        drafts.approve(services, form.draft, MARGOT),
        drafts.approve(services, form.draft, MARGOT),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Draft) for one in twice) == 1
    assert sum(isinstance(one, VigieError) for one in twice) == 1
    assert len(await told(services, SAM)) == 1


async def test_who_says_that_they_sent_it_has_replied(
    services: Services, conversation: str
) -> None:
    form = await drafts.begin(services, conversation, SAM)
    await drafts.submit(services, form.draft, SAM, "Sorry", "")
    await drafts.sent(services, form.draft, SAM)
    kept = await services.records.conversations.get(conversation)
    assert kept
    assert kept.value.state == "replied"
    with pytest.raises(IllegalTransition, match="said before"):
        await drafts.sent(services, form.draft, SAM)


async def test_what_was_sent_into_a_closed_conversation_is_kept_as_sent(
    services: Services, conversation: str
) -> None:
    form = await drafts.begin(services, conversation, SAM)
    await drafts.submit(services, form.draft, SAM, "Sorry", "")
    await conversations.resolve(services, conversation, CAMILLE)
    await drafts.sent(services, form.draft, SAM)
    kept = await services.records.conversations.get(conversation)
    assert kept
    assert kept.value.state == "resolved"
    assert (await the_draft(services, form.draft)).state == "sent"


async def test_a_form_that_is_closed_after_it_was_submitted_takes_nothing_back(
    services: Services, conversation: str
) -> None:
    form = await drafts.begin(services, conversation, SAM)
    await drafts.submit(services, form.draft, SAM, "Sorry", "")
    await drafts.give_up(services, form.draft, SAM)
    assert (await the_draft(services, form.draft)).state == "ready"


async def test_what_was_written_in_a_second_form_outlives_the_first_ones_end(
    services: Services, conversation: str
) -> None:
    form = await drafts.begin(services, conversation, SAM)
    await drafts.give_up(services, form.draft, SAM)
    await drafts.give_up(services, form.draft, SAM)
    draft = await drafts.submit(services, form.draft, SAM, "Sorry", MARGOT)
    assert (draft.by, draft.conversation, draft.state) == (SAM, conversation, "asked")
    with pytest.raises(IllegalTransition, match="submitted before"):
        await drafts.submit(services, form.draft, SAM, "Sorry", MARGOT)


async def test_of_two_forms_that_were_opened_at_once_the_one_submitted_last_holds(
    services: Services, conversation: str
) -> None:
    one, other = await asyncio.gather(
        drafts.begin(services, conversation, SAM), drafts.begin(services, conversation, SAM)
    )
    assert one.draft != other.draft
    await drafts.submit(services, one.draft, SAM, "Sorry", MARGOT)
    await drafts.submit(services, other.draft, SAM, "Very sorry", MARGOT)
    assert (await the_draft(services, one.draft)).state == "replaced"
    assert (await the_draft(services, other.draft)).state == "asked"
    with pytest.raises(IllegalTransition, match="submitted before"):
        await drafts.submit(services, one.draft, SAM, "Sorry", MARGOT)


async def test_what_was_closed_while_it_was_written_is_not_answered(
    services: Services, conversation: str
) -> None:
    form = await drafts.begin(services, conversation, SAM)
    await conversations.resolve(services, conversation, CAMILLE)
    with pytest.raises(IllegalTransition, match="Reopen it"):
        await drafts.submit(services, form.draft, SAM, "Sorry", "")
    await conversations.reopen(services, conversation, SAM)
    assert (await drafts.submit(services, form.draft, SAM, "Sorry", "")).state == "ready"
