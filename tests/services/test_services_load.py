"""What the work weighs, from what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.alerts import Alert, NegativeReason
from bot.domain.conversation import AuditEvent, Deed
from bot.domain.judgements import Judgement
from bot.services import load
from bot.services.base import Services
from bot.services.numbering import number_at
from tests.builders import NOW, a_conversation, a_mention

EVENING = NOW + timedelta(hours=10)
"""Tuesday at eight: the office has closed."""


async def keep(services: Services) -> None:
    """Ann took two conversations and dismissed one in the evening; Bob claimed a spike."""
    records = services.records
    deeds: list[tuple[str, Deed, str]] = [
        ("UANN", "claim", "c1"),
        ("UANN", "claim", "c2"),
        ("UANN", "dismiss", "c1"),
        ("UBOB", "claim", "s1"),
    ]
    for n, (by, deed, id) in enumerate(deeds):
        at = EVENING if deed == "dismiss" else NOW
        event = AuditEvent(
            id=f"{id}.{n}", conversation=id, order=number_at(at) + n, at=at, by=by, deed=deed
        )
        await records.commit([records.audit.put(event.id, event)])
    for n in range(2):
        mention = a_mention(id=f"m{n}", conversation="c1")
        judgement = Judgement(
            mention=mention.id, watch="Lumo", verdict="not_about_us", by="UANN", at=EVENING
        )
        await records.commit(
            [records.mentions.put(f"m{n}", mention), records.judgements.put(f"m{n}", judgement)]
        )
    spike = Alert(
        id="a1",
        kind="spike",
        watch="Lumo",
        channel="#brand",
        raised=NOW,
        reason=NegativeReason(score=-0.7, threshold=-0.5, words=()),
        conversation="s1",
    )
    await records.commit([records.alerts.put("a1", spike)])


async def test_a_person_is_told_their_own_week(services: Services) -> None:
    await keep(services)
    found = (await load.of_person(services, "UANN")).this
    assert (found.taken, found.read, found.out_of_hours) == (2, 3, 1)
    assert (await load.of_person(services, "UBOB")).this.read == 0, "a spike is no negative post"


async def test_what_others_gave_to_a_person_is_theirs(services: Services) -> None:
    """But what they gave to themselves counts once."""
    records = services.records
    for n, (by, to) in enumerate([("UBOB", "UANN"), ("UANN", "UANN"), ("UBOB", "UBOB")]):
        event = AuditEvent(
            id=f"e{n}",
            conversation=f"c{n}",
            order=number_at(NOW),
            at=NOW,
            by=by,
            deed="assign",
            to=to,
        )
        await records.commit([records.audit.put(event.id, event)])
    found = (await load.of_person(services, "UANN")).this
    assert (found.taken, found.read) == (2, 1)


async def test_the_team_is_told_as_a_sum(services: Services) -> None:
    await keep(services)
    found = (await load.of_team(services)).this
    assert (found.taken, found.read, found.out_of_hours) == (3, 3, 1)


@pytest.mark.parametrize(("state", "listed"), [("claimed", True), ("resolved", False)])
async def test_what_one_has_open_is_listed_by_deadline(
    services: Services, state: str, listed: bool
) -> None:
    records = services.records
    for id, due in (("late", NOW + timedelta(hours=2)), ("soon", NOW + timedelta(hours=1))):
        mine = a_conversation(id=id, state=state, assignee="UANN", due=due)
        await records.commit([records.conversations.put(id, mine)])
    found = [one.id for one in await load.open_of(services, "UANN")]
    assert found == (["soon", "late"] if listed else [])
    assert (await load.of_person(services, "UANN")).open == len(found)
