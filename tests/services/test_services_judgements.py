"""What was flagged, what people said of it, and what is proposed because of that."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.config import Config, loads
from bot.domain.alerts import Alert, NegativeReason
from bot.domain.judgements import Judgement, Verdict
from bot.domain.mention import Analysis, Sentiment
from bot.errors import ConversationError, NotAnAdmin
from bot.services import judgements
from bot.services.base import Services
from tests.builders import NOW, a_conversation, a_mention, a_post
from tests.services.conftest import CONFIG, HandClock

ADMIN = "UADMIN"


@pytest.fixture
def config() -> Config:
    return loads(CONFIG.replace("[slack]", f'[slack]\nadmins = ["{ADMIN}"]'))


async def told(services: Services, *posts: str, count: int = 0) -> None:
    """An alert that told of these mentions."""
    alert = Alert(
        id=f"a{posts}",
        kind="negative",
        watch="Lumo",
        channel="#care",
        raised=NOW - timedelta(days=1),
        reason=NegativeReason(score=-0.7, threshold=-0.5, words=()),
        posts=posts,
        count=count,
    )
    await services.records.commit([services.records.alerts.put(alert.id, alert)])


async def mentioned(services: Services, id: str, text: str, score: float = -0.7) -> None:
    mention = a_mention(
        id=id,
        conversation=f"c{id}",
        post=a_post(id=id, text=text),
        analysis=Analysis(language="en", sentiment=Sentiment(score=score)),
    )
    await services.records.commit([services.records.mentions.put(id, mention)])


async def judged(services: Services, id: str, verdict: Verdict, score: float = -0.7) -> None:
    judgement = Judgement(
        mention=id, watch="Lumo", verdict=verdict, by="U1", at=services.now(), score=score
    )
    await services.records.commit([services.records.judgements.put(id, judgement)])


async def misjudged(services: Services) -> None:
    for n in range(6):
        await mentioned(services, f"w{n}", f"lumo giveaway, round {n}")
        await judged(services, f"w{n}", "not_about_us")
        await mentioned(services, f"r{n}", f"lumo lamp broken again, case {n}")
        await judged(services, f"r{n}", "right")


async def test_a_precision_counts_what_was_flagged_and_never_judged(services: Services) -> None:
    await told(services, "m1", "m2", count=12)
    await mentioned(services, "m1", "lumo!")
    await judged(services, "m1", "right")
    found = await judgements.precision_of(services, services.watches.named("Lumo"))
    assert (found.flagged, found.judged, found.unjudged) == (12, 1, 11)


async def test_what_was_answered_and_not_judged_was_no_mistake(services: Services) -> None:
    await told(services, "m1", "m2")
    await mentioned(services, "m1", "lumo one")
    await mentioned(services, "m2", "lumo two")
    answered = a_conversation(id="cm1", answered=NOW)
    await services.records.commit([services.records.conversations.put("cm1", answered)])
    found = {one.mention: one for one in await judgements.flagged(services, "Lumo")}
    assert found["m1"].held_right
    assert not found["m2"].held_right


async def test_what_is_older_than_four_weeks_says_nothing_of_today(
    services: Services, clock: HandClock
) -> None:
    await misjudged(services)
    clock.turn(timedelta(days=30))
    assert await judgements.precisions(services, services.watches.all) == []


async def test_a_proposal_waits_until_it_is_answered(services: Services, clock: HandClock) -> None:
    await misjudged(services)
    watch = services.watches.named("Lumo")
    first, writes = await judgements.proposed(services, watch)
    assert first is not None
    assert first.exclude == "giveaway"
    await services.records.commit(writes)
    clock.turn(timedelta(days=1))
    assert await judgements.proposed(services, watch) == (first, [])
    assert await judgements.waiting(services) == [first]
    clock.turn(timedelta(days=29))
    assert await judgements.waiting(services) == [], "its figures are old"


async def test_an_admin_applies_it_and_nobody_else(services: Services) -> None:
    await misjudged(services)
    watch = services.watches.named("Lumo")
    made, writes = await judgements.proposed(services, watch)
    assert made is not None
    await services.records.commit(writes)
    with pytest.raises(NotAnAdmin):
        await judgements.apply(services, made.id, "U1")
    with pytest.raises(NotAnAdmin):
        await judgements.decline(services, made.id, "U1")
    applied = await judgements.apply(services, made.id, ADMIN)
    assert (applied.answer, applied.by) == ("applied", ADMIN)
    changed = services.watches.named("Lumo")
    assert str(changed.query) == 'lumo AND NOT "giveaway"'
    assert await judgements.waiting(services) == []
    assert (await judgements.proposed(services, changed))[0] is None, "what is left is right"
    with pytest.raises(ConversationError, match="applied it already"):
        await judgements.apply(services, made.id, ADMIN)


async def test_a_threshold_is_applied_as_proposed(services: Services) -> None:
    for n in range(6):
        await mentioned(services, f"w{n}", f"lumo so so {n}", score=-0.52)
        await judged(services, f"w{n}", "not_negative", score=-0.52)
        await mentioned(services, f"r{n}", f"lumo broke {n}", score=-0.9)
        await judged(services, f"r{n}", "right", score=-0.9)
    made, writes = await judgements.proposed(services, services.watches.named("Lumo"))
    assert made is not None
    await services.records.commit(writes)
    await judgements.apply(services, made.id, ADMIN)
    changed = services.watches.named("Lumo")
    assert (changed.negative_below, str(changed.query)) == (-0.55, "lumo")


async def test_what_was_declined_does_not_come_again(services: Services) -> None:
    await misjudged(services)
    watch = services.watches.named("Lumo")
    made, writes = await judgements.proposed(services, watch)
    assert made is not None
    await services.records.commit(writes)
    await judgements.decline(services, made.id, ADMIN)
    again, _ = await judgements.proposed(services, watch)
    assert again is None or again.exclude != made.exclude
    with pytest.raises(ConversationError, match="said no to it already"):
        await judgements.apply(services, made.id, ADMIN)
    with pytest.raises(ConversationError, match="not kept"):
        await judgements.apply(services, "nothing", ADMIN)
