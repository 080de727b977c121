"""Insights in the store: heard, voiced by more, decided on, answered back, and forgotten."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.alerts import Alert, NegativeReason
from bot.domain.conversation import AuditEvent, Deed
from bot.domain.identity import id_of_mention
from bot.domain.insights import Insight, InsightError, begun, voiced_by
from bot.domain.mention import Mention
from bot.domain.novelties import NoveltyReason
from bot.domain.outbox import Delivery, insight_card
from bot.domain.teams import Team
from bot.services import (
    conversations,
    demands,
    erasing,
    hearing,
    home,
    insightcards,
    insights,
    insightteams,
    likeposts,
    owning,
    replying,
    subjects,
    unvoicing,
)
from bot.services.base import Services
from bot.services.hearing import Chosen
from bot.services.retention import keep_within
from bot.services.subjects import Subject
from bot.store.base import Write
from tests.builders import NOW, a_conversation, a_mention, a_post, kept_for
from tests.services.conftest import HandClock
from tests.services.test_services_outbox import Slack, deliver

LAMP = Team(name="Lamp", channel="#lamp", themes=("lamp",), members=("U1",))
DAY = timedelta(days=1)


@pytest.fixture
def services(services: Services) -> Services:
    """With a team, and somebody who administers Vigie."""
    slack = replace(services.config.slack, admins=("UADMIN",))
    config = replace(services.config, teams=(LAMP,), slack=slack)
    return dataclasses.replace(services, config=config)


async def keep(services: Services, *authors: str) -> list[Mention]:
    """A mention of each author, in a conversation of its own, kept."""
    mentions = [
        a_mention(
            id=f"m{author}",
            conversation=f"c{author}",
            post=a_post(id=f"p{author}", author=author, text="Please add a dark mode. Thanks!"),
        )
        for author in authors
    ]
    repository = services.records.mentions
    await services.records.commit([repository.put(one.id, one) for one in mentions])
    return mentions


async def heard(services: Services, *authors: str, by: str = "U9") -> Insight:
    """An insight that these people voice."""
    first, *more = await keep(services, *authors)
    wanted = Chosen(title="Please add a dark mode.", kind="wish", theme="lamp")
    insight = await hearing.heard(services, Subject(mention=first.id), wanted, by)
    return await insights.add(services, insight.id, [voiced_by(insight.id, one) for one in more])


async def worked(services: Services, conversation: str, by: str, deed: Deed, to: str = "") -> None:
    order = services.sequence()
    event = AuditEvent(
        id=f"e{order}", conversation=conversation, order=order, at=NOW, by=by, deed=deed, to=to
    )
    await services.records.commit([services.records.audit.put(event.id, event, 0)])


async def waiting(services: Services, kind: str) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found if kept.value.kind == kind]


async def test_what_is_heard_is_to_be_shown_in_its_teams_channel(services: Services) -> None:
    insight = await heard(services, "ada")

    assert (insight.team, insight.channel, insight.state) == ("Lamp", "#lamp", "heard")
    (card,) = await waiting(services, "alert")
    assert (card.alert, card.channel) == (insight_card(insight.id), "#lamp")
    assert card.blocks == (), "no words of a post wait in the outbox"


async def test_what_no_team_owns_goes_to_the_admins(services: Services) -> None:
    (mention,) = await keep(services, "ada")
    wanted = Chosen(title="Cheaper", kind="wish", theme="price")
    insight = await hearing.heard(services, Subject(mention=mention.id), wanted, "U9")
    assert (insight.team, insight.channel) == ("", "#admin")


async def test_the_form_proposes_the_sentence_that_asks(services: Services) -> None:
    (mention,) = await keep(services, "ada")
    prepared = await hearing.prepared(services, Subject(mention=mention.id))
    assert prepared.insight.title == "Please add a dark mode."
    assert (prepared.insight.theme, prepared.insight.team) == ("lamp", "Lamp")


async def test_two_who_make_an_insight_of_one_post_make_one(services: Services) -> None:
    first = await heard(services, "ada")
    again = await hearing.heard(
        services, Subject(mention="mada"), Chosen(title="Night mode", kind="wish"), "U8"
    )
    assert (again.id, again.title, again.posts) == (first.id, first.title, 1)


async def test_one_more_post_is_added_to_one_that_there_is(services: Services) -> None:
    insight = await heard(services, "ada")
    await keep(services, "bea")
    wanted = Chosen(title="", kind="wish", other=insight.id)
    grown = await hearing.heard(services, Subject(mention="mbea"), wanted, "U9")
    assert (grown.id, grown.people, grown.posts) == (insight.id, 2, 2)


async def test_who_is_not_of_the_team_decides_nothing_but_an_admin_does(
    services: Services,
) -> None:
    insight = await heard(services, "ada")
    with pytest.raises(InsightError, match="Lamp"):
        await insights.carry_out(services, insight.id, "accept", "U9")
    done = await insights.carry_out(services, insight.id, "accept", "UADMIN")
    assert done.state == "accepted"


async def test_once_it_ships_each_who_worked_on_it_is_asked_for_their_own_posts(
    services: Services,
) -> None:
    insight = await heard(services, "ada", "bea", "cy")
    await worked(services, "cada", "U2", "claim")
    await worked(services, "cbea", "U3", "assign", to="U4")

    await insights.carry_out(services, insight.id, "ship", "U1")

    words = {one.channel: str(one.blocks) for one in await waiting(services, "direct")}
    assert set(words) == {"U2", "U4", "U9"}, "U9 heard it, and is asked for what nobody worked on"
    assert "ada" in words["U2"]
    assert "bea" not in words["U2"]
    assert "bea" in words["U4"]
    assert "cy" in words["U9"]


async def test_who_heard_it_is_told_what_became_of_it_once(services: Services) -> None:
    insight = await heard(services, "ada")
    await worked(services, "cada", "U2", "claim")
    await insights.carry_out(services, insight.id, "plan", "U1")
    await insights.carry_out(services, insight.id, "ship", "U1")

    told = [one.text for one in await waiting(services, "direct") if one.channel == "U9"]
    assert [text.split(".")[0] for text in told] == [
        "🔵 @{U1} planned this",
        "🚀 @{U1} says that this is shipped",
    ]


async def test_it_is_answered_with_its_last_post(services: Services, clock: HandClock) -> None:
    insight = await heard(services, "ada", "bea")
    await insights.carry_out(services, insight.id, "ship", "U1")

    clock.turn(DAY)
    half = await replying.answered(services, f"{insight.id}.mada", "U9")
    again = await replying.answered(services, f"{insight.id}.mada", "U9")
    assert (half.state, half.replied, half.asked) == ("shipped", 1, 2)
    assert again.replied == 1, "a second click counts nothing"

    done = await replying.answered(services, f"{insight.id}.mbea", "U9")
    assert (done.state, done.replied, done.answered) == ("answered", 2, NOW + DAY)


async def test_a_post_cannot_be_answered_before_it_ships(services: Services) -> None:
    insight = await heard(services, "ada")
    with pytest.raises(InsightError, match="not shipped"):
        await replying.answered(services, f"{insight.id}.mada", "U9")


async def test_a_post_that_is_taken_back_leaves_its_count_and_takes_its_words(
    services: Services,
) -> None:
    insight = await heard(services, "ada", "bea")
    await insights.carry_out(services, insight.id, "ship", "U1")

    await services.records.commit(await unvoicing.of_mentions(services, ["mada"], services.now()))

    left = (await insights.find(services, insight.id)).value
    assert (left.people, left.posts, left.title, left.titled) == (2, 2, "", "")
    assert left.asked == 1, "nobody waits for an answer to what is gone"
    assert [one.mention for one in await insightcards.voiced(services, insight.id)] == ["mbea"]


async def test_who_deletes_their_post_voices_nothing_any_more(services: Services) -> None:
    post = a_post(text="Please add a dark mode.")
    mention = a_mention(id=id_of_mention("Lumo", post.source, post.id), post=post)
    await services.records.commit([services.records.mentions.put(mention.id, mention)])
    wanted = Chosen(title="Please add a dark mode.", kind="wish", theme="lamp")
    insight = await hearing.heard(services, Subject(mention=mention.id), wanted, "U9")
    assert insight.titled == mention.id

    assert await erasing.erase(services, "Lumo", post.source, [post.id]) == 1

    left = (await insights.find(services, insight.id)).value
    assert (left.title, left.people) == ("", 1)
    assert await insightcards.voiced(services, insight.id) == []


async def test_that_a_mention_voiced_it_is_kept_as_long_as_the_mention(
    services: Services, clock: HandClock
) -> None:
    insight = await heard(services, "ada", "bea")
    config = kept_for(services.config, mentions=timedelta(days=400))
    clock.turn(timedelta(days=402))

    await keep_within(dataclasses.replace(services, config=config))

    left = (await insights.find(services, insight.id)).value
    assert (left.people, left.posts, left.title) == (2, 2, "")
    assert await insightcards.voiced(services, insight.id) == []


async def test_what_somebody_called_it_stays_when_a_post_goes(services: Services) -> None:
    (mention,) = await keep(services, "ada")
    wanted = Chosen(title="Dark mode", kind="wish", theme="lamp")
    insight = await hearing.heard(services, Subject(mention=mention.id), wanted, "U9")

    assert await unvoicing.drop_before(services, NOW + DAY) == 1

    assert (await insights.find(services, insight.id)).value.title == "Dark mode"


async def commit(services: Services, writes: list[Write]) -> None:
    await services.records.commit(writes)


async def test_what_voices_it_already_changes_nothing(services: Services) -> None:
    insight = await heard(services, "ada")
    kept = await insights.find(services, insight.id)
    (mention,) = await keep(services, "ada")
    assert await insights.added_writes(services, kept, [mention], NOW) == []


async def test_more_voices_may_be_told_where_the_channel_sees_it(services: Services) -> None:
    insight = await heard(services, "ada")
    kept = await insights.find(services, insight.id)
    more = await keep(services, "bea", "cy")

    await commit(services, await insights.added_writes(services, kept, more, NOW, ring="3 people"))

    (note,) = [one for one in await waiting(services, "note") if one.broadcast]
    assert (note.text, note.alert) == ("3 people", insight_card(insight.id))
    assert (await insights.find(services, insight.id)).value.people == 3


async def test_like_posts_of_the_past_are_offered_and_added(services: Services) -> None:
    said = {
        "ada": "Please add a dark mode to the lamp app.",
        "bea": "Would love a dark mode in the app!",
        "cy": "The delivery took three weeks.",
    }
    mentions = [
        a_mention(id=f"m{who}", conversation=f"c{who}", post=a_post(id=who, author=who, text=text))
        for who, text in said.items()
    ]
    repository = services.records.mentions
    await services.records.commit([repository.put(one.id, one) for one in mentions])

    prepared = await hearing.prepared(services, Subject(mention="mada"))
    assert (prepared.posts, prepared.people, prepared.insight.kind) == (1, 1, "wish")
    wanted = Chosen(title=prepared.insight.title, kind="wish", theme="lamp", like=True)
    insight = await hearing.heard(services, prepared.subject, wanted, "U9")
    grown = await hearing.add_like(services, prepared.subject, insight)

    voiced = await insightcards.voiced(services, insight.id)
    assert {one.mention for one in voiced} == {"mada", "mbea"}
    assert grown.people == 2
    assert insight.titled == "mada", "the title is that post's sentence"


async def test_an_answer_in_its_conversation_counts_by_itself(services: Services) -> None:
    insight = await heard(services, "ada", "bea")
    await insights.carry_out(services, insight.id, "ship", "U1")

    await conversations.replied(services, "cada", "U2")

    half = (await insights.find(services, insight.id)).value
    assert (half.state, half.replied) == ("shipped", 1)
    await conversations.replied(services, "cbea", "U2")
    assert (await insights.find(services, insight.id)).value.state == "answered"


async def test_an_answer_before_it_ships_counts_nothing(services: Services) -> None:
    insight = await heard(services, "ada")
    await conversations.replied(services, "cada", "U2")
    assert (await insights.find(services, insight.id)).value.replied == 0


async def test_a_member_of_its_team_sees_in_home_what_waits(services: Services) -> None:
    insight = await heard(services, "ada")
    assert [one.id for one in (await home.of(services, "U1")).insights] == [insight.id]
    assert (await home.of(services, "U9")).insights == ()
    await insights.carry_out(services, insight.id, "accept", "U1")
    assert (await home.of(services, "U1")).insights == ()


async def test_with_another_team_its_card_moves_to_that_ones_channel(services: Services) -> None:
    insight = await heard(services, "ada")
    stands = replace(insight, posted_to="C1", ts="1.1")
    await services.records.commit([services.records.insights.put(insight.id, stands)])

    moved = await owning.change(services, insight.id, "U1", "Dark mode", "wish", "price", "")

    assert (moved.title, moved.titled, moved.team, moved.channel) == ("Dark mode", "", "", "#admin")
    left = (await insights.find(services, insight.id)).value
    assert left.ts == "", "its card is to be posted anew"
    first, again = await waiting(services, "alert")
    assert (first.channel, again.channel) == ("#lamp", "#admin")
    (amend,) = await waiting(services, "amend")
    assert "is shown in #admin now" in amend.text
    said = await services.records.outbox.get(amend.of)
    assert said is not None
    assert (said.value.posted_to, said.value.ts) == ("C1", "1.1")


async def test_what_is_put_right_as_it_was_changes_nothing(services: Services) -> None:
    insight = await heard(services, "ada")
    same = await owning.change(
        services, insight.id, "U1", insight.title, insight.kind, insight.theme, insight.team
    )
    assert same.changes == insight.changes


async def test_one_that_asks_for_the_same_takes_over_who_voices_it(services: Services) -> None:
    one, other = await heard(services, "ada", "bea"), await heard(services, "cy")
    await services.records.commit(
        await insights.added_writes(
            services,
            await insights.find(services, other.id),
            await keep(services, "ada"),
            NOW,
        )
    )

    grown = await owning.merge(services, one.id, other.id, "U1")

    assert (grown.people, grown.posts) == (3, 3), "ada counts once"
    gone = (await insights.find(services, one.id)).value
    assert (gone.state, gone.same) == ("dismissed", other.id)
    assert await insightcards.voiced(services, one.id) == []
    assert len(await insightcards.voiced(services, other.id)) == 3
    with pytest.raises(InsightError, match="still open"):
        await owning.merge(services, other.id, one.id, "U1")


async def test_a_card_whose_call_was_cut_off_is_looked_for_and_not_shown_twice(
    services: Services,
) -> None:
    slack = Slack()
    object.__setattr__(services, "slack", slack)  # frozen for all but this test
    insight = await heard(services, "ada")
    (card,) = await waiting(services, "alert")
    kept = await services.records.outbox.get(card.id)
    assert kept is not None
    slack.lost.append(card.id)  # Slack has it, and Vigie was killed before it knew
    await services.records.commit(
        [services.records.outbox.put(card.id, replace(card, state="trying"), kept.version)]
    )

    assert await deliver(services, card.lane) is None

    assert slack.said == []
    shown = (await insights.find(services, insight.id)).value
    assert (shown.posted_to, shown.ts) == ("#lamp", "1.0")


async def test_a_form_does_not_wait_for_what_takes_long(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def takes_long(*_: object) -> list[Mention]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(likeposts, "PATIENCE", 0.01)
    monkeypatch.setattr(demands, "gather", takes_long)
    (mention,) = await keep(services, "ada")
    prepared = await hearing.prepared(services, Subject(mention=mention.id))
    assert (prepared.counted, prepared.posts) == (False, 0)


async def test_an_alerts_card_gives_its_post_that_reached_most(services: Services) -> None:
    small, great = await keep(services, "ada", "bea")
    great = replace(great, analysis=replace(great.analysis, reach=9_000))
    reason = NegativeReason(score=-0.8, threshold=-0.5, words=())
    alert = Alert(
        id="a1", kind="negative", watch="Lumo", channel="#care", raised=NOW, reason=reason,
        mention=small.id, posts=(small.id, great.id),
    )  # fmt: skip
    records = services.records
    await records.commit(
        [records.mentions.put(great.id, great), records.alerts.put("a1", alert, 0)]
    )

    card = {"blocks": [{"block_id": "alert.a1"}]}
    assert await subjects.of_message(services, card, (), "C1") == Subject(mention=great.id)


async def a_theme(services: Services, *posts: str) -> str:
    """The id of the conversation of a new theme, whose card shows these posts."""
    reason = NoveltyReason(theme="lamp", seen=3, of=9, before=0, known=99, authors=3, posts=posts)
    alert = Alert(
        id="a1", kind="theme", watch="Lumo", channel="#care", raised=NOW, reason=reason,
        conversation="a1",
    )  # fmt: skip
    conversation = a_conversation(id="a1", alert="a1", title="", what="theme")
    records = services.records
    await records.commit(
        [
            records.alerts.put("a1", alert, 0),
            records.conversations.put("a1", conversation, 0),
        ]
    )
    return conversation.id


async def test_of_what_shows_many_posts_the_one_that_asks_is_made_an_insight(
    services: Services,
) -> None:
    (asks,) = await keep(services, "ada")
    great = a_mention(id="m9", post=a_post(id="p9", text="What a lamp this is"))
    great = replace(great, analysis=replace(great.analysis, reach=9_000))
    await services.records.commit([services.records.mentions.put("m9", great)])
    theme = await a_theme(services, great.id, asks.id)

    assert await subjects.of_conversation(services, theme) == Subject(mention=asks.id)


async def test_no_insight_is_made_of_an_alert_of_which_no_post_is_left(services: Services) -> None:
    theme = await a_theme(services, "gone")
    with pytest.raises(InsightError, match="None of its posts"):
        await subjects.of_conversation(services, theme)


async def test_an_insights_own_card_is_an_insight_already(services: Services) -> None:
    card = {"blocks": [{"block_id": "insight.abc123"}]}
    with pytest.raises(InsightError, match="abc123"):
        await subjects.of_message(services, card, (), "C1")


async def test_what_vigie_proposed_is_heard_as_it_is_put_into_the_form(services: Services) -> None:
    (mention,) = await keep(services, "ada")
    proposal = insightteams.routed(
        services, begun(mention, "Please add it", "wish", NOW), ("lamp",)
    )
    voice = voiced_by(proposal.id, mention)
    await services.records.commit(insights.begin_writes(services, proposal, [voice], NOW))

    wanted = Chosen(title="A dark mode", kind="bug", theme="lamp")
    insight = await hearing.heard(services, Subject(mention=mention.id), wanted, "U1")

    assert (insight.id, insight.title, insight.kind) == (proposal.id, "A dark mode", "bug")
    assert (insight.state, insight.by, insight.posts) == ("heard", "U1", 1)
