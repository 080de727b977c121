"""What the work weighs: told to each of their own, and to the manager of all together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from bot.domain import load as domain
from bot.domain.conversation import OPEN, AuditEvent, Conversation
from bot.domain.digests import Slots
from bot.domain.judgements import Judgement
from bot.domain.load import WEEK, Load, Workload, monday, starts
from bot.domain.outbox import direct_delivery
from bot.services import voices
from bot.services.base import Services
from bot.services.numbering import number_at
from bot.services.pending import open_now
from bot.services.raising import said_once
from bot.services.timers import Look
from bot.services.turns import in_turns
from bot.slack.blocks.load import team_card

_WITHOUT_POSTS = ("spike", "wave", "silence", "theme", "velocity")

LOOK_BACK = timedelta(days=60)
"""Spikes of that age may still be worked on."""


async def of_person(services: Services, who: str) -> Workload:
    """A person's own: this week, the last, and what they have open."""
    return await _workload(services, who, len(await open_of(services, who)))


async def of_team(services: Services) -> Workload:
    """Everybody's together."""
    counts = [
        await services.records.conversations.count({"state": state}, "opened") for state in OPEN
    ]
    return await _workload(services, "", sum(counts))


async def open_of(services: Services, who: str) -> list[Conversation]:
    """The conversations that a person has open: those to be answered soonest first."""
    found = await open_now(services.records, who)
    return sorted(found, key=lambda one: (one.due is None, one.due or one.opened, one.id))


def slots(services: Services) -> Slots:
    """When the manager hears of the team's week: on Monday, when it opens."""
    hours = services.config.hours
    return Slots(zone=services.config.timezone, at=(hours.opens,), days=frozenset({0}))


async def look(services: Services, manager: str, now: datetime) -> Look:
    """Tell the manager of the week that is over; nobody who is not one any more."""
    if manager != services.config.rota.manager:
        return Look()
    again = slots(services).after(now)
    week = monday(now, services.config.hours.zone)
    card = team_card(await of_team(services), await voices.to(services, manager))
    delivery = direct_delivery(
        manager,
        card.text,
        services.sequence(),
        now,
        about=f"load {week.isoformat()}",
        blocks=card.blocks,
    )
    return Look(await said_once(services, delivery), again)


async def _workload(services: Services, who: str, open_: int) -> Workload:
    hours = services.config.hours
    this = monday(services.now(), hours.zone)
    last = this - WEEK
    since = starts(last, hours.zone)
    events = await (_events_of(services, who, since) if who else _events(services, since))
    judged = await _judgements(services, since, who)
    worked = {event.conversation for event in events if who in ("", event.by)}
    posts = await _posts(services, worked, judged, since - LOOK_BACK)

    def of(week: date) -> Load:
        return domain.load(week, events, judged, posts, hours, who)

    return Workload(this=of(this), last=of(last), open=open_)


async def _events(services: Services, since: datetime) -> list[AuditEvent]:
    found = await services.records.audit.find({}, "order", since=number_at(since))
    return [kept.value for kept in found]


async def _events_of(services: Services, who: str, since: datetime) -> list[AuditEvent]:
    """What somebody did, and what they were given: not what everybody else did, which may be a
    hundred times that."""
    audit, order = services.records.audit, number_at(since)
    found = [
        *await audit.find({"by": who}, "order", since=order),
        *await audit.find({"to": who}, "order", since=order),
    ]
    return list({kept.value.id: kept.value for kept in found}.values())


async def _judgements(services: Services, since: datetime, who: str) -> list[Judgement]:
    found = await services.records.judgements.find({}, "at", since=since)
    return [
        kept.value
        for kept in found
        if who in ("", kept.value.by) and services.watches.find(kept.value.watch)
    ]


async def _posts(
    services: Services,
    worked: Iterable[str],
    judged: Sequence[Judgement],
    since: datetime,
) -> dict[str, Sequence[str]]:
    """The posts behind conversations that were worked: those that were judged; that of a spike, a
    wave or a silence has none."""
    posts: dict[str, Sequence[str]] = {}
    async for id in in_turns(worked):
        found = await services.records.alerts.find({"conversation": id}, "raised", since=since)
        if any(one.value.kind in _WITHOUT_POSTS for one in found):
            posts[id] = ()
    for judgement in judged:
        if mention := await services.records.mentions.get(judgement.mention):
            conversation = mention.value.conversation
            posts[conversation] = (*posts.get(conversation, ()), judgement.mention)
    return posts
