"""A playbook's steps: offered, begun by somebody or by themselves, ticked, and kept no longer than
needed."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain import checklists as domain
from bot.domain.alerts import Alert, NegativeReason
from bot.domain.mention import Analysis, Sentiment
from bot.domain.outbox import Delivery, notice_delivery
from bot.domain.playbooks import spoken
from bot.domain.severity import Graded, Severity
from bot.domain.timers import timer_id
from bot.errors import ConversationError
from bot.services import checklists, drafts, opening, playbooks, rounds
from bot.services.base import Services
from bot.services.raising import raised
from bot.services.retention import keep_within
from tests.builders import a_conversation, a_mention, a_post
from tests.services.conftest import HandClock

LEAK = "Lumo had a data breach: my data is on the web."


async def alerted(
    services: Services,
    text: str = LEAK,
    severity: Severity = "high",
    followers: int = 0,
    **changes: Any,
) -> Alert:
    """An alert about one post, raised as alerts are."""
    now = services.now()
    mention = a_mention(id="m1", post=a_post(text=text, followers=followers))
    alert = Alert(
        id="m1",
        kind="negative",
        watch="Lumo",
        channel="#care",
        raised=now,
        reason=NegativeReason(score=-0.8, threshold=-0.5, words=()),
        conversation="c1",
        mention="m1",
        posts=("m1",),
        graded=Graded(severity=severity),
    )
    alert = replace(alert, **changes)
    records = services.records
    await records.commit(
        [
            records.mentions.put("m1", mention, 0),
            records.conversations.put("c1", a_conversation(), 0),
            *raised(services, alert, now),
        ]
    )
    return alert


async def said(services: Services) -> list[Delivery]:
    found = await services.records.outbox.find({"state": "waiting"}, "order")
    return [kept.value for kept in found if "checklist" in kept.value.id]


def beginning_at(services: Services, at: Severity) -> Services:
    return dataclasses.replace(services, config=replace(services.config, playbooks_at=at))


async def test_a_critical_alert_begins_its_steps_by_itself_and_once(services: Services) -> None:
    await alerted(services, severity="critical")

    await rounds.make(services)
    await rounds.make(services)

    (note,) = await said(services)
    assert note.kind == "note"
    assert note.alert == "m1"
    assert "Data leak · 0 of 9 steps done" in note.text
    assert (await checklists.find(services, "m1")).by == ""


async def test_a_milder_one_only_offers_them(services: Services) -> None:
    alert = await alerted(services)

    await rounds.make(services)

    assert await said(services) == []
    offered = await checklists.offered(services, alert, None)
    assert offered
    assert (offered.title, offered.steps) == ("Data leak", 9)


async def test_one_that_becomes_so_severe_begins_them_then(services: Services) -> None:
    services = beginning_at(services, "high")
    before = await alerted(services, severity="medium")
    after = replace(before, graded=Graded(severity="high"))
    records = services.records

    await records.commit(
        [
            records.alerts.put("m1", after),
            *await opening.worsened(services, before, after, services.now()),
        ]
    )
    await rounds.make(services)

    assert len(await said(services)) == 1


async def test_what_is_told_in_anothers_thread_leaves_it_to_that_one(services: Services) -> None:
    alert = await alerted(services, severity="critical", within="spike")

    assert await services.records.timers.get(timer_id("playbook", "m1")) is None
    assert await checklists.offered(services, alert, None) is None


async def test_where_none_fits_none_begins(services: Services) -> None:
    alert = await alerted(services, "Lumo came in the wrong colour.", severity="critical")

    await rounds.make(services)

    assert await said(services) == []
    assert await checklists.offered(services, alert, None) is None


async def test_what_is_done_with_offers_none(services: Services) -> None:
    alert = await alerted(services)
    closed = a_conversation(state="resolved")

    assert await checklists.offered(services, alert, closed) is None
    assert await checklists.offered(services, replace(alert, ended=services.now()), None) is None


async def test_two_who_begin_at_once_begin_one(services: Services) -> None:
    await alerted(services)

    answers = await asyncio.gather(
        *(checklists.begin(services, "m1", "data-leak", by) for by in ("U1", "U2")),
        return_exceptions=True,
    )

    assert sum(isinstance(one, ConversationError) for one in answers) == 1
    assert len(await said(services)) == 1


async def test_each_tick_draws_the_message_again_with_all_that_was_done(
    services: Services, clock: HandClock
) -> None:
    await alerted(services)
    await checklists.begin(services, "m1", "data-leak", "U1")
    clock.turn(timedelta(minutes=4))

    await asyncio.gather(*(checklists.tick(services, "m1", n, f"U{n}") for n in range(5)))

    (_, *amends) = await said(services)
    assert amends[-1].of == "m1.checklist"
    assert "5 of 9 steps done" in amends[-1].text
    progress = await checklists.progress_of(services, "m1")
    assert progress
    assert (progress.done, progress.total) == (5, 9)
    assert set(progress.times) == {timedelta(minutes=4)}


async def test_a_checklist_of_another_kind_is_ticked_in_the_same_way(services: Services) -> None:
    playbook = spoken(services.config.playbooks, "false-rumour", "en")
    assert playbook
    now = services.now()
    practised = domain.begun(playbook, id="drill.7", channel="#practice", at=now, mark="🎓 DRILL")
    notice = notice_delivery("#practice", "", services.sequence(), now)
    await services.records.commit(await checklists.begun_writes(services, practised, notice))

    await checklists.tick(services, "drill.7", 0, "U1")

    (first, again) = await said(services)
    assert "🎓 DRILL Playbook: False rumour" in first.text
    assert again.of == first.id
    assert "1 of 8" in again.text


@pytest.mark.parametrize(
    ("followers", "fits"), [(40_000, "influencer-complaint"), (120, "data-leak")]
)
async def test_who_is_followed_by_many_is_answered_by_that(
    services: Services, followers: int, fits: str
) -> None:
    fit = await playbooks.fit_for(services, await alerted(services, followers=followers))
    assert fit
    assert fit.name == fits


async def test_praise_by_somebody_whom_many_follow_is_no_complaint(services: Services) -> None:
    alert = await alerted(services, "I love my Lumo!", followers=40_000)
    happy = Analysis(language="en", sentiment=Sentiment(score=0.8, words=()), themes=(), reach=1)
    praise = a_mention(id="m1", post=a_post(text="I love my Lumo!"), analysis=happy)
    await services.records.commit([services.records.mentions.put("m1", praise)])

    fit = await playbooks.fit_for(services, replace(alert, kind="velocity"))

    assert fit
    assert fit.name == "praise"


async def test_the_form_for_an_answer_offers_its_words_in_the_language_of_the_post(
    services: Services,
) -> None:
    await alerted(services, "Lumo : fuite de données, mes données sont publiques.")
    french = Analysis(language="fr", sentiment=None, themes=(), reach=1)
    post = a_post(text="Lumo : fuite de données, mes données sont publiques.")
    mention = a_mention(id="m1", conversation="c1", post=post, analysis=french)
    await services.records.commit([services.records.mentions.put("m1", mention)])

    conversation = await services.records.conversations.get("c1")
    assert conversation
    phrases = await playbooks.phrases_for(services, conversation.value)
    assert {one.language for one in phrases} == {"en", "fr"}
    form = await drafts.begin(services, "c1", "U1")
    assert form.offer.is_its_language
    assert any("ne publiez rien de tout cela ici" in text for text in form.texts)


@pytest.mark.parametrize("written", ["Data leak", "fuite de donnees", "data-leak", "data le"])
def test_a_playbook_is_found_by_its_name_or_title_in_any_language(
    services: Services, written: str
) -> None:
    assert playbooks.named(services, written, "fr").title == "Fuite de données"


@pytest.mark.parametrize("written", ["zzz", "p", "pr"])
def test_what_is_no_playbook_or_could_be_several_is_refused_in_words(
    services: Services, written: str
) -> None:
    with pytest.raises(ConversationError):
        playbooks.named(services, written, "en")


async def test_checklists_go_after_90_days(services: Services, clock: HandClock) -> None:
    await alerted(services)
    await checklists.begin(services, "m1", "data-leak", "U1")
    clock.turn(timedelta(days=91))

    await keep_within(services)

    assert await services.records.checklists.get("m1") is None
