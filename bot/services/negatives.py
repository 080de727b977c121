"""Negative posts: which begin a story, which belong to one, and which are a line in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert, Mute
from bot.domain.excerpt import shorten
from bot.domain.mention import Mention
from bot.domain.outbox import note_delivery
from bot.domain.stories import follows, story_id
from bot.domain.watch import Watch
from bot.services import mutes, voices
from bot.services.base import Services
from bot.services.cases import Cases
from bot.services.flags import AT_ONCE, Flag
from bot.services.raising import redrawn
from bot.services.stories import Stories
from bot.slack import ids
from bot.slack.blocks.judging import judged_section
from bot.slack.mrkdwn import link, literal, name
from bot.store.base import Write
from bot.store.repositories import Kept

EXCERPT = 160


class Outcome(NamedTuple):
    """The writes of a decision; how many posts each mute held, by its id; the story within a
    spike or a wave, as it is after this, where it grew; and the stories that grew and are `told` by
    themselves."""

    writes: list[Write]
    held: dict[str, tuple[Kept[Mute], int]]
    within: Alert | None = None
    told: tuple[Alert, ...] = ()


async def about(
    services: Services, watch: Watch, flags: Sequence[Flag], host: Alert | None, now: datetime
) -> Outcome:
    """Each negative post goes into the story that runs where it is bound for, or begins one;
    while a spike or a wave is told (the `host`), all are one story in its thread.

    What is dismissed stays so. A post in a conversation that an earlier alert shows is a line in
    that one's thread; where it is worse than all that alert tells of, it makes that story go on.
    """
    desk = _Desk(services, watch, host, now)
    for number, flag in enumerate(flags):
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)  # a store that answers at once gives nobody else a turn
        await desk.take(flag)
    return await desk.outcome()


async def made_part(services: Services, watch: Watch, spike: Alert, now: datetime) -> list[Write]:
    """The stories that run when a spike begins are part of it; what follows is told there."""
    records, config = services.records, services.config
    channels = {watch.negative_channel, *(route.channel for route in config.routes)}
    writes: list[Write] = []
    for channel in sorted(channels):
        id = story_id(watch.name, channel)
        story = await records.stories.get(id)
        if story is None or not follows(story.value, now, now, config.alerts.group):
            continue
        kept = await records.alerts.get(story.value.alert)
        if kept is None:
            continue
        part = replace(kept.value, part_of=spike.id)
        writes += [
            records.alerts.put(part.id, part, kept.version),
            records.stories.remove(id, story.version),
            await redrawn(services, part, now, linked=spike.id),
        ]
    return writes


class _Desk:
    """Where the negative posts of one poll are sorted, one after the other, and written once."""

    def __init__(self, services: Services, watch: Watch, host: Alert | None, now: datetime) -> None:
        self._services = services
        self._watch = watch
        self._now = now
        self._cases = Cases(services, now)
        self._stories = Stories(services, watch, host, now)
        self._held: dict[str, tuple[Kept[Mute], int]] = {}
        self._notes: list[Write] = []

    async def take(self, flag: Flag) -> None:
        """Give a post its place."""
        case = await self._cases.of(flag.mention)
        if case.is_dismissed or await self._stories.hold(flag.mention, case.alert):
            return
        if held := await mutes.holding(
            self._services, self._watch, "negative", flag.mention, self._now
        ):
            self._count(held)
            case.grow(flag)
            return
        shown = case.alert if case.is_open else ""
        story = await self._stories.running(shown, flag.mention)
        if shown and story is None:
            story = await self._stories.worsened_by(flag, shown)
        if shown and (story is None or case.assignee):
            await self._note(shown, flag.mention)
        if shown and story is None:
            case.grow(flag)
            return
        story = story or await self._stories.bound_for(flag)
        story.add(flag)
        case.join(flag, story.alert.id)

    async def outcome(self) -> Outcome:
        told = await self._stories.writes()
        writes = [*await self._cases.writes(), *told.writes, *self._notes]
        return Outcome(writes, self._held, told.within, told.told)

    def _count(self, kept: Kept[Mute]) -> None:
        _, held = self._held.get(kept.value.id, (kept, 0))
        self._held[kept.value.id] = (kept, held + 1)

    async def _note(self, id: str, mention: Mention) -> None:
        """A word in the thread of the alert that shows the conversation."""
        kept = await self._services.records.alerts.get(id)
        if kept is None:
            return
        channel = kept.value.channel
        words = literal(shorten(mention.post.text or mention.post.title, EXCERPT))
        voice = voices.in_channel(self._services, channel)
        text = voice.say(
            "Another negative post in the conversation `{id}`, by {author}: “{words}” {open}",
            id=mention.conversation,
            author=name(mention.post.author or voice.say("somebody")),
            words=words,
            open=link(mention.post.url, voice.say("open")),
        )
        block = judged_section(text, mention.id, None, voice, place=ids.JUDGED_NOTE)
        sequence = self._services.sequence()
        note = note_delivery(id, channel, text, sequence, self._now, blocks=(block,))
        self._notes.append(self._services.records.outbox.put(note.id, note, 0))
