"""A word on one post: kept, changed, shown again, and what it leaves of the conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.alerts import Alert, NegativeReason
from bot.domain.conversation import VIGIE, Conversation
from bot.domain.judgements import Judgement
from bot.domain.mention import Analysis, Sentiment
from bot.domain.questions import Question
from bot.errors import Conflict, ConversationError
from bot.services import conversations, judgements, judging
from bot.services.base import Services
from bot.services.deeds import Act, worked_out
from tests.builders import NOW, a_conversation, a_mention, a_post
from tests.services.conftest import HandClock

ALERT = Alert(
    id="a1",
    kind="negative",
    watch="Lumo",
    channel="#care",
    raised=NOW,
    reason=NegativeReason(score=-0.8, threshold=-0.5, words=()),
    conversation="c1",
    posts=("m1", "m2"),
    count=2,
)


@pytest.fixture(autouse=True)
async def told(services: Services) -> None:
    """Two posts of one conversation that were flagged, and one that was not."""
    records = services.records
    posts = [
        a_mention(
            id=id,
            post=a_post(id=id),
            analysis=Analysis(language="en", sentiment=Sentiment(score=score)),
        )
        for id, score in (("m1", -0.8), ("m2", -0.7), ("m3", 0.1))
    ]
    await records.commit(
        [
            *(records.mentions.put(post.id, post) for post in posts),
            records.conversations.put("c1", a_conversation(alert="a1")),
            records.alerts.put("a1", ALERT),
        ]
    )


async def word(services: Services, id: str) -> Judgement | None:
    kept = await services.records.judgements.get(id)
    return kept.value if kept else None


async def conversation(services: Services) -> Conversation:
    return (await conversations.find(services, "c1")).value


async def refreshes(services: Services) -> int:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    assert all(kept.value.kind == "refresh" for kept in found), "nothing rings"
    return len(found)


async def test_a_word_is_kept_with_who_said_it_and_what_it_was_said_of(services: Services) -> None:
    await judging.judge(services, "m1", "not_negative", "U1")
    said = await word(services, "m1")
    assert said is not None
    assert (said.verdict, said.by, said.flagged, said.own) == ("not_negative", "U1", True, True)
    assert (said.score, said.threshold) == (-0.8, -0.5)
    assert (await conversation(services)).state == "new", "it stays to be worked"


async def test_said_again_it_changes_nothing(services: Services, clock: HandClock) -> None:
    await judging.judge(services, "m1", "right", "U1")
    clock.turn(timedelta(hours=1))
    again = await judging.judge(services, "m1", "right", "U1")
    assert again.judgement.at == NOW
    assert await refreshes(services) == 1


async def test_a_later_word_takes_the_place_of_an_earlier_one(services: Services) -> None:
    await judging.judge(services, "m1", "right", "U1")
    await judging.judge(services, "m1", "not_about_us", "U2")
    said = await word(services, "m1")
    assert said is not None
    assert (said.verdict, said.by) == ("not_about_us", "U2")
    assert await refreshes(services) == 2


async def test_a_dismissal_is_offered_once_all_that_was_flagged_is_wrong(
    services: Services,
) -> None:
    first = await judging.judge(services, "m1", "not_negative", "U1")
    assert first.dismissal == ""
    last = await judging.judge(services, "m2", "not_about_us", "U1")
    assert last.dismissal == "not_negative"
    changed = await judging.judge(services, "m1", "right", "U1")
    assert changed.dismissal == ""


async def test_what_was_said_of_a_post_itself_stands_whatever_becomes_of_its_conversation(
    services: Services,
) -> None:
    await judging.judge(services, "m1", "not_negative", "U1")
    await conversations.resolve(services, "c1", "U2")
    first, second = await word(services, "m1"), await word(services, "m2")
    assert first is not None
    assert (first.verdict, first.by) == ("not_negative", "U1")
    assert second is not None
    assert (second.verdict, second.by, second.own) == ("right", "U2", False)


async def test_a_dismissal_taken_back_takes_back_no_word_on_a_post(services: Services) -> None:
    await judging.judge(services, "m1", "right", "U1")
    await conversations.dismiss(services, "c1", "U2")
    assert (await word(services, "m2")) is not None
    await conversations.reopen(services, "c1", "U2")
    assert (await word(services, "m1")) is not None
    assert (await word(services, "m2")) is None


async def test_a_post_that_was_asked_about_is_judged_as_not_flagged(services: Services) -> None:
    question = Question(
        mention="m3", watch="Lumo", day="2026-11-24", at=NOW, score=0.1, threshold=-0.4
    )
    await services.records.commit([services.records.questions.put("m3", question)])
    await judging.judge(services, "m3", "right", "U1")
    said = await word(services, "m3")
    assert said is not None
    assert (said.flagged, said.threshold) == (False, -0.4)
    watch = services.watches.named("Lumo")
    assert (await judgements.precision_of(services, watch)).judged == 0, "it was no alert"
    (missed,) = await judgements.misses(services, [watch])
    assert (missed.judged, missed.negative) == (1, 1)


async def test_a_post_that_was_asked_about_and_flagged_after_it_was_edited_is_judged_as_flagged(
    services: Services,
) -> None:
    question = Question(mention="m1", watch="Lumo", day="2026-11-24", at=NOW, score=0.1)
    await services.records.commit([services.records.questions.put("m1", question)])
    await judging.judge(services, "m1", "not_negative", "U1")
    said = await word(services, "m1")
    assert said is not None
    assert (said.flagged, said.score) == (True, -0.8)


async def test_an_answer_to_a_question_that_is_forgotten_is_none_to_an_alert(
    services: Services,
) -> None:
    judged = await judging.judge(services, "m3", "right", "U1", drawn=True)
    assert not judged.judgement.flagged


async def test_of_a_watch_that_is_no_more_nothing_can_be_said(services: Services) -> None:
    stray = a_mention(id="m9", watch="Gone", post=a_post(id="m9"))
    await services.records.commit([services.records.mentions.put("m9", stray)])
    with pytest.raises(ConversationError, match="not kept any more"):
        await judging.judge(services, "m9", "right", "U1")
    assert await word(services, "m9") is None


async def test_of_a_post_that_is_gone_nothing_can_be_said(services: Services) -> None:
    with pytest.raises(ConversationError, match="not kept any more"):
        await judging.judge(services, "gone", "right", "U1")


async def test_a_dismissal_taken_back_says_nothing_of_posts_that_are_flagged_no_more(
    services: Services,
) -> None:
    await conversations.not_negative(services, "c1", "U1")
    records = services.records
    praise = Analysis(language="en", sentiment=Sentiment(score=0.8))
    edited = a_mention(id="m1", post=a_post(id="m1"), analysis=praise)
    later = replace(ALERT, posts=("m2",), mention="m2")
    await records.commit([records.mentions.put("m1", edited), records.alerts.put("a1", later)])
    await conversations.reopen(services, "c1", "U2")
    assert await word(services, "m1") is None
    assert await word(services, "m2") is None


async def test_what_vigie_resolves_by_itself_is_nobody_s_word(services: Services) -> None:
    kept = await conversations.find(services, "c1")
    done = await worked_out(services, kept, Act(by=VIGIE, deed="resolve"), NOW)
    await services.records.commit(done.writes)
    assert (await conversation(services)).state == "resolved"
    assert await word(services, "m1") is None


async def test_a_word_that_comes_while_a_conversation_is_resolved_is_not_lost(
    services: Services,
) -> None:
    kept = await conversations.find(services, "c1")
    done = await worked_out(services, kept, Act(by="U2", deed="resolve"), NOW)
    await judging.judge(services, "m1", "not_negative", "U1")
    with pytest.raises(Conflict):  # then it is worked out anew
        await services.records.commit(done.writes)
    await conversations.resolve(services, "c1", "U2")
    said = await word(services, "m1")
    assert said is not None
    assert (said.verdict, said.by) == ("not_negative", "U1")
