"""Digests: when each is due, and to whom it is said."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.config import ChannelConfig
from bot.domain.digests import LONGEST, Digest, Scope, Slots, told_since
from bot.domain.hours import WEEKDAYS
from bot.domain.outbox import direct_delivery, notice_delivery
from bot.domain.subscriptions import Subscription
from bot.domain.timers import timer_id
from bot.i18n import Voice
from bot.services import load, subscriptions, timers, voices, wording
from bot.services.base import Services
from bot.services.gathering import gather
from bot.services.raising import said_once
from bot.services.timers import Look
from bot.slack.blocks.digest import digest_card
from bot.slack.blocks.parts import Card
from bot.slack.blocks.worded import with_words
from bot.slack.material import of_reports
from bot.store.base import Write

DAY = timedelta(days=1)

ASK_AGAIN = timedelta(minutes=5)
"""Before Slack is asked again who somebody is: their zone and language are not guessed."""


async def schedule(services: Services) -> None:
    """Have every digest come that is configured or subscribed to, and no other; to be called at the
    start. One that fell due meanwhile stays due."""
    now = services.now()
    kept = await services.records.timers.find({}, "due")
    due = {one.value.subject: one.value.due for one in kept if one.value.kind == "digest"}
    wanted = _configured(services)
    writes: list[Write] = []
    for subject, slots in wanted.items():
        next_ = slots.after(now)
        if next_ and (subject not in due or (due[subject] > now and due[subject] != next_)):
            writes.append(timers.set_timer(services, "digest", subject, next_))
    writes += [
        timers.end_timer(services, "digest", subject)
        for subject in due
        if subject not in wanted and not subject.startswith(subscriptions.OWN)
    ]
    if writes:
        await services.records.commit(writes)


def _configured(services: Services) -> dict[str, Slots]:
    """When digests come by the configuration, by their timers' subjects. People's own are kept
    with what they subscribed to."""
    config = services.config
    found = {
        f"channel {channel.name}": _slots(services, channel)
        for channel in config.channels
        if channel.digest
    }
    if config.rota.manager:
        found[f"load {config.rota.manager}"] = load.slots(services)
    return found


async def look(services: Services, subject: str, now: datetime) -> Look:
    """Say the digest that has fallen due, once, and tell when the next is."""
    kind, _, name = subject.partition(" ")
    match kind:
        case "channel":
            return await _look_at_channel(services, name, now)
        case "user":
            return await _look_at_person(services, name, now)
        case _:
            return await load.look(services, name, now)


async def of_channel(services: Services, channel: str) -> Digest:
    """A channel's digest as it would be now; of all watches where nothing is configured."""
    now = services.now()
    config = _config_of(services, channel)
    last = _slots(services, config).until(now) if config else None
    digest, writes = await gather(services, _channel_scope(services, config), _lately(last, now))
    if writes:
        await services.records.commit(writes)
    return digest


async def of_person(services: Services, user: str) -> Digest:
    """A person's own digest as it would be now."""
    now = services.now()
    wanted = await subscriptions.of(services, user)
    voice = await voices.to(services, user)
    last = subscriptions.slots(wanted, voice.zone).until(now)
    return (await gather(services, _scope(services, wanted), _lately(last, now))).digest


async def worded_card(services: Services, digest: Digest, voice: Voice) -> Card:
    """A digest as a message; worded by the language model, where there is one."""
    card = digest_card(digest, voice)
    if digest.is_empty:
        return card
    found = await wording.worded(services, of_reports(digest.reports, voice))
    return with_words(card, found, voice)


def _lately(last: datetime | None, now: datetime) -> datetime:
    """Since the last digest, and a day at least."""
    return max(min(last or now, now - DAY), now - LONGEST)


async def _look_at_channel(services: Services, channel: str, now: datetime) -> Look:
    config = _config_of(services, channel)
    if config is None or not config.digest:
        return Look()
    slots = _slots(services, config)
    due = await _due(services, f"channel {channel}", now)
    digest, writes = await gather(
        services, _channel_scope(services, config), told_since(slots, due, now)
    )
    card = await worded_card(services, digest, voices.in_channel(services, channel))
    delivery = notice_delivery(
        channel,
        card.text,
        services.sequence(),
        now,
        about=f"digest {channel} {_slot(slots, now)}",
        blocks=card.blocks,
    )
    return Look([*writes, *await said_once(services, delivery)], slots.after(now))


async def _look_at_person(services: Services, user: str, now: datetime) -> Look:
    wanted = await subscriptions.of(services, user)
    if not wanted.at:
        return Look()
    if await services.slack.member(user) is None:
        return Look((), now + ASK_AGAIN)
    voice = await voices.to(services, user)
    slots = subscriptions.slots(wanted, voice.zone)
    due = await _due(services, subscriptions.timer_subject(user), now)
    scope = _scope(services, wanted)
    digest = (await gather(services, scope, told_since(slots, due, now))).digest
    if digest.is_empty and not wanted.when_empty:
        return Look((), slots.after(now))
    card = await worded_card(services, digest, voice)
    delivery = direct_delivery(
        user,
        card.text,
        services.sequence(),
        now,
        about=f"digest {_slot(slots, now)}",
        blocks=card.blocks,
    )
    return Look(await said_once(services, delivery), slots.after(now))


async def _due(services: Services, subject: str, now: datetime) -> datetime:
    """When the digest that is looked at was due."""
    kept = await services.records.timers.get(timer_id("digest", subject))
    return kept.value.due if kept else now


def _slot(slots: Slots, now: datetime) -> str:
    """What one digest is told from another by: whatever is late is said once, for the last time at
    which it was due."""
    return (slots.until(now) or now).isoformat()


def _config_of(services: Services, channel: str) -> ChannelConfig | None:
    return next((one for one in services.config.channels if one.name == channel), None)


def _slots(services: Services, channel: ChannelConfig) -> Slots:
    config = services.config
    return Slots(
        zone=config.timezone,
        at=channel.digest,
        days=frozenset(WEEKDAYS.index(day) for day in channel.days),
        holidays=config.hours.holidays,
    )


def _channel_scope(services: Services, channel: ChannelConfig | None) -> Scope:
    named = channel.watches if channel else ()
    return Scope(watches=named or tuple(watch.name for watch in services.watches.all))


def _scope(services: Services, wanted: Subscription) -> Scope:
    """What a person chose, of the watches that there are."""
    known = [watch.name for watch in services.watches.all]
    chosen = [name for name in known if name in wanted.watches]
    return Scope(
        watches=tuple(chosen if wanted.watches else known),
        languages=wanted.languages,
        severity=wanted.severity,
        personal=True,
    )
