"""What the team is done with goes once it is too old, each kind at its own time; what is open, or
for ever, stays."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.alerts import Alert, NegativeReason
from bot.domain.conversation import AuditEvent, State
from bot.domain.drafts import Draft
from bot.domain.exchange import Exchange
from bot.domain.insights import Change, Insight, Voiced
from bot.domain.insights import State as InsightState
from bot.domain.judgements import Judgement
from bot.domain.outbox import alert_delivery, notice_delivery
from bot.services import oldcases
from bot.services.base import Services
from bot.services.retention import keep_within
from bot.store.base import Write
from tests.builders import NOW, a_conversation, a_mention, kept_for

DAY = timedelta(days=1)
OLD, YOUNG = NOW - 401 * DAY, NOW - 399 * DAY


def keeping(services: Services, **days: int) -> Services:
    lengths = {kind: number * DAY for kind, number in days.items()}
    return dataclasses.replace(services, config=kept_for(services.config, **lengths))


def an_alert(id: str, conversation: str = "") -> Alert:
    reason = NegativeReason(score=-0.9, threshold=-0.5, words=())
    return Alert(
        id=id, kind="negative", watch="Lumo", channel="#care", raised=OLD, reason=reason,
        conversation=conversation,
    )  # fmt: skip


async def keep(services: Services, *writes: Write) -> None:
    await services.records.commit(writes)


@pytest.mark.parametrize("state", ["resolved", "dismissed"])
async def test_a_conversation_goes_so_long_after_it_was_closed_with_its_thread(
    services: Services, state: State
) -> None:
    conversations, exchanges = services.records.conversations, services.records.exchanges
    for id, closed in (("old", OLD), ("young", YOUNG)):
        case = a_conversation(id=id, opened=OLD - DAY, changed=closed, state=state)
        thread = Exchange(conversation=id, posts=(), read=OLD)
        await keep(services, conversations.put(id, case), exchanges.put(id, thread))
    assert await keep_within(services) == 0
    assert await keep_within(keeping(services, conversations=400)) == 1
    assert await conversations.get("old") is None
    assert await exchanges.get("old") is None
    assert await conversations.get("young")
    assert await exchanges.get("young")


@pytest.mark.parametrize("state", ["new", "claimed", "replied", "snoozed"])
async def test_what_is_open_stays_however_old_and_its_alert_with_it(
    services: Services, state: State
) -> None:
    records = services.records
    case = a_conversation(id="c1", opened=OLD, changed=OLD, state=state)
    await keep(
        services,
        records.conversations.put("c1", case),
        records.alerts.put("a1", an_alert("a1", "c1")),
        records.alerts.put("a2", an_alert("a2")),
    )
    assert await keep_within(keeping(services, conversations=30, alerts=30)) == 1
    assert await records.conversations.get("c1")
    assert await records.alerts.get("a1")
    assert await records.alerts.get("a2") is None


async def test_a_story_stays_while_any_of_its_conversations_is_open(services: Services) -> None:
    records = services.records
    closed = a_conversation(id="c1", opened=OLD, changed=OLD, state="resolved", alert="a1")
    open_one = a_conversation(id="c2", opened=OLD, changed=OLD, state="claimed", alert="a1")
    await keep(
        services,
        records.conversations.put("c1", closed),
        records.conversations.put("c2", open_one),
        records.alerts.put("a1", an_alert("a1", "c1")),
    )
    await keep_within(keeping(services, conversations=30, alerts=30))
    assert await records.alerts.get("a1")


async def test_what_is_still_to_be_said_in_slack_stays(services: Services) -> None:
    records = services.records
    card = alert_delivery("a1", "#archived", services.sequence(), OLD)
    await keep(
        services,
        records.outbox.put(card.id, card),
        records.alerts.put("a1", an_alert("a1")),
        records.alerts.put("a2", an_alert("a2")),
    )
    assert await keep_within(keeping(services, alerts=30)) == 1
    assert await records.alerts.get("a1")


async def test_the_audit_trail_goes_by_days(services: Services) -> None:
    audit = services.records.audit
    for id, at in (("old", OLD), ("young", YOUNG)):
        event = AuditEvent(id=id, conversation="c1", order=1, at=at, by="U1", deed="claim")
        await keep(services, audit.put(id, event))
    assert await keep_within(services) == 0
    assert await keep_within(keeping(services, audit=400)) == 1
    assert await audit.get("old") is None
    assert await audit.get("young")


@pytest.mark.parametrize(
    ("state", "changed", "stays"),
    [
        ("answered", OLD, False),
        ("declined", OLD, False),
        ("answered", YOUNG, True),
        ("shipped", OLD, True),
        ("heard", OLD, True),
    ],
)
async def test_an_insight_goes_so_long_after_it_was_closed(
    services: Services, state: InsightState, changed: object, *, stays: bool
) -> None:
    records = services.records
    change = Change(order=1, at=OLD, by="U1", deed="answer", was="shipped", now=state)
    insight = Insight(
        id="i1", title="Dim it", kind="wish", watch="Lumo", heard=OLD, first=OLD, state=state,
        changes=(replace(change, at=changed),),
    )  # fmt: skip
    voiced = Voiced(id="v1", insight="i1", at=OLD, mention="m1")
    await keep(services, records.insights.put("i1", insight), records.voiced.put("v1", voiced))
    await keep_within(keeping(services, insights=400))
    assert (await records.insights.get("i1") is not None) is stays
    assert (await records.voiced.get("v1") is not None) is stays


async def test_a_label_goes_though_what_it_is_about_stays(services: Services) -> None:
    records = services.records
    await keep(services, records.mentions.put("m1", a_mention(id="m1", at=OLD)))
    said = Judgement(mention="m1", watch="Lumo", verdict="right", by="U1", at=OLD)
    await keep(services, records.judgements.put("m1", said))
    assert await keep_within(services) == 0
    assert await keep_within(keeping(services, judgements=400)) == 1
    assert await records.mentions.get("m1")


async def test_drafts_and_deliveries_are_kept_for_as_long_as_is_said(services: Services) -> None:
    records, at = services.records, NOW - 10 * DAY
    notice = replace(notice_delivery("#care", "a word", services.sequence(), at), state="sent")
    draft = Draft(id="d1", conversation="c1", by="U1", at=at, text="Sorry!")
    await keep(services, records.outbox.put("n", notice), records.drafts.put("d1", draft))
    assert await keep_within(services) == 0
    assert await keep_within(keeping(services, drafts=7, deliveries=7)) == 2


async def test_what_somebody_takes_up_meanwhile_stays_and_the_others_go(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversations = services.records.conversations
    for id in ("a", "b", "c"):
        case = a_conversation(id=id, opened=OLD, changed=OLD, state="resolved")
        await keep(services, conversations.put(id, case))
    find = conversations.find

    async def found_then_reopened(*args: object, **named: object) -> object:
        found = await find(*args, **named)  # type: ignore[arg-type]
        for kept in found:
            if kept.value.id == "b":
                anew = replace(kept.value, state="new", changed=NOW)
                await keep(services, conversations.put("b", anew, kept.version))
        return found

    monkeypatch.setattr(conversations, "find", found_then_reopened)
    assert await oldcases.drop_conversations(keeping(services, conversations=400)) == 2
    kept = await conversations.get("b")
    assert kept is not None
    assert kept.value.state == "new"


async def test_what_quotes_mentions_is_kept_no_longer_than_they_are(services: Services) -> None:
    records = services.records
    case = a_conversation(id="c1", opened=OLD, changed=OLD, state="resolved", title="“It burnt”")
    await keep(
        services,
        records.conversations.put("c1", case),
        records.alerts.put("a1", an_alert("a1", "c1")),
    )
    assert await keep_within(services) == 0
    assert await keep_within(keeping(services, mentions=400)) == 2
