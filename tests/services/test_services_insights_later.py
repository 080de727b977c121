"""Insights about which more is said, or less is left, after somebody decided on them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.identity import id_of_mention
from bot.domain.insights import InsightError, begun, voiced_by
from bot.domain.outbox import Delivery
from bot.errors import Conflict
from bot.services import (
    erasing,
    hearing,
    insightcards,
    insights,
    insightteams,
    owning,
    replying,
    unvoicing,
)
from bot.services.base import Services
from bot.services.hearing import Chosen
from bot.services.subjects import Subject
from tests.builders import NOW, a_mention, a_post
from tests.services.test_services_insights import heard, keep, services, waiting

__all__ = ["services"]

DAY = timedelta(days=1)
LONG = "It has stood on my desk since spring and I like it. Please add a dark mode. Thanks a lot!"


async def said(services: Services) -> list[Delivery]:
    """All that was said in Slack, or waits to be."""
    outbox = services.records.outbox
    states = ("waiting", "trying", "sent")
    found = [kept for state in states for kept in await outbox.find({"state": state}, "order")]
    return [kept.value for kept in found]


async def test_what_is_added_once_it_shipped_is_to_be_answered_as_well(services: Services) -> None:
    insight = await heard(services, "ada")
    await insights.carry_out(services, insight.id, "ship", "U1")
    (bea,) = await keep(services, "bea")

    grown = await insights.add(services, insight.id, [voiced_by(insight.id, bea)])

    assert (grown.replied, grown.asked) == (0, 2)
    (amend,) = [one for one in await said(services) if one.kind == "amend"]
    assert "bea" in str(amend.blocks), "U9's message lists it too"
    half = await replying.answered(services, f"{insight.id}.mada", "U9")
    assert (half.state, half.replied, half.asked) == ("shipped", 1, 2)


async def test_what_a_shipped_one_takes_over_is_to_be_answered(services: Services) -> None:
    one, other = await heard(services, "ada"), await heard(services, "cy")
    await insights.carry_out(services, other.id, "ship", "U1")
    grown = await owning.merge(services, one.id, other.id, "U1")
    assert (grown.state, grown.asked) == ("shipped", 2)


async def test_nothing_is_added_to_one_that_was_closed_meanwhile(services: Services) -> None:
    insight = await heard(services, "ada")
    await insights.carry_out(services, insight.id, "dismiss", "U1")
    await keep(services, "bea")
    wanted = Chosen(title="", kind="wish", other=insight.id)
    with pytest.raises(InsightError, match="still open"):
        await hearing.heard(services, Subject(mention="mbea"), wanted, "U9")


async def test_who_adds_to_what_vigie_proposed_says_that_it_is_one(services: Services) -> None:
    ada, _ = await keep(services, "ada", "bea")
    proposal = insightteams.routed(services, begun(ada, "Dark mode", "wish", NOW), ("lamp",))
    voice = voiced_by(proposal.id, ada)
    await services.records.commit(insights.begin_writes(services, proposal, [voice], NOW))

    wanted = Chosen(title="", kind="wish", other=proposal.id)
    insight = await hearing.heard(services, Subject(mention="mbea"), wanted, "U9")

    assert (insight.state, insight.by, insight.people) == ("heard", "U9", 2)


async def test_what_takes_another_over_is_a_proposal_no_more(services: Services) -> None:
    one = await heard(services, "ada")
    (bea,) = await keep(services, "bea")
    proposal = insightteams.routed(services, begun(bea, "Dark mode", "wish", NOW), ("lamp",))
    voice = voiced_by(proposal.id, bea)
    await services.records.commit(insights.begin_writes(services, proposal, [voice], NOW))

    grown = await owning.merge(services, one.id, proposal.id, "U1")

    assert (grown.state, grown.by, grown.people) == ("heard", "U1", 2)


async def test_it_is_answered_once_the_last_that_waited_is_gone(services: Services) -> None:
    insight = await heard(services, "ada", "bea")
    await insights.carry_out(services, insight.id, "ship", "U1")
    await replying.answered(services, f"{insight.id}.mada", "U9")

    await services.records.commit(await unvoicing.of_mentions(services, ["mbea"], services.now()))

    left = (await insights.find(services, insight.id)).value
    assert (left.state, left.replied, left.asked) == ("answered", 1, 1)


async def test_who_counts_its_posts_while_one_goes_counts_anew(services: Services) -> None:
    insight = await heard(services, "ada", "bea")
    writes = await unvoicing.of_mentions(services, ["mbea"], services.now())
    await insights.carry_out(services, insight.id, "ship", "U1")
    with pytest.raises(Conflict):
        await services.records.commit(writes)


async def test_one_that_another_took_over_is_not_reopened(services: Services) -> None:
    one, other = await heard(services, "ada"), await heard(services, "cy")
    await owning.merge(services, one.id, other.id, "U1")
    with pytest.raises(InsightError, match=other.id):
        await insights.carry_out(services, one.id, "reopen", "U1")


async def test_what_was_said_in_slack_keeps_its_title_when_it_is_old(services: Services) -> None:
    message = Subject(url="https://x.slack.com/p1", at=NOW, words="Customers want it darker")
    wanted = Chosen(title="Dark mode", kind="wish", theme="lamp")
    insight = await hearing.heard(services, message, wanted, "U9")

    assert await unvoicing.drop_before(services, NOW + DAY) == 1

    assert (await insights.find(services, insight.id)).value.title == "Dark mode"


async def test_the_sentence_of_a_deleted_post_is_in_no_message_about_it(
    services: Services,
) -> None:
    post = a_post(text=LONG)
    mention = a_mention(id=id_of_mention("Lumo", post.source, post.id), post=post)
    await services.records.commit([services.records.mentions.put(mention.id, mention)])
    prepared = await hearing.prepared(services, Subject(mention=mention.id))
    wanted = Chosen(title=prepared.insight.title, kind="wish", theme="lamp")
    insight = await hearing.heard(services, prepared.subject, wanted, "U9")
    await insights.carry_out(services, insight.id, "accept", "U1")
    await insights.carry_out(services, insight.id, "ship", "U1")
    told = [one for one in await waiting(services, "direct") if "dark mode" in one.text]
    assert len(told) == 2, "that it is accepted, and that it shipped"

    assert await erasing.erase(services, "Lumo", post.source, [post.id]) == 1

    assert all("dark mode" not in f"{one.text} {one.blocks}" for one in await said(services))


async def test_a_card_does_not_squeeze_those_who_are_gone_into_the_days_that_are_left(
    services: Services,
) -> None:
    insight = await heard(services, "ada", "bea")
    long_ago = replace(insight, people=40, first=NOW - 30 * DAY)
    await services.records.commit([services.records.insights.put(insight.id, long_ago)])
    card = await insightcards.insight_card(services, insight.id)
    assert card.text.startswith("40 people in 30 days:")

    await unvoicing.drop_before(services, NOW + DAY)
    card = await insightcards.insight_card(services, insight.id)
    assert card.text.startswith("40 people: ")


async def test_a_post_that_two_watches_heard_is_one_post(services: Services) -> None:
    insight = await heard(services, "ada")
    kept = await services.records.mentions.get("mada")
    assert kept
    twin = replace(kept.value, id="tada", watch="Lamps", conversation="c2")
    grown = await insights.add(services, insight.id, [voiced_by(insight.id, twin)])
    assert (grown.people, grown.posts, grown.reach) == (1, 1, insight.reach)
