"""The stories that negative posts make: one alert for those that follow each other, told again
only when they get worse by a step."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert, Story, Told
from bot.domain.grading import grade_post, grade_story, worse
from bot.domain.mention import Mention
from bot.domain.severity import rank
from bot.domain.stories import (
    Change,
    change,
    follows,
    story_id,
    story_within,
    worst_first,
    worst_posts,
)
from bot.domain.watch import Watch
from bot.services import escalation, routing, voices
from bot.services.base import Services
from bot.services.elsewhere import Loudness, loudness
from bot.services.flags import Flag
from bot.services.raising import raised, redrawn, rung, steps_due
from bot.slack.blocks.again import story_again
from bot.store.base import Write
from bot.store.repositories import Kept


class Growing:
    """A story and the posts that a poll adds to it; `version` 0 is one that begins. One that had
    ended and only got worse does not run again: what else is written does not join it."""

    def __init__(self, alert: Alert, version: int, *, has_ended: bool = False) -> None:
        self.alert = alert
        self.version = version
        self.has_ended = has_ended
        self.flags: list[Flag] = []

    def add(self, flag: Flag) -> None:
        self.flags.append(flag)


class Grown(NamedTuple):
    """The writes of all stories of a poll, the one within a spike or a wave, as it is after them,
    and those with a message of their own."""

    writes: list[Write]
    within: Alert | None
    told: tuple[Alert, ...] = ()


class Stories:
    """The stories of a watch that the posts of one poll may belong to.

    While a spike or a wave is told (the `host`), that is one alone, in its thread; else there is
    one a channel.
    """

    def __init__(self, services: Services, watch: Watch, host: Alert | None, now: datetime) -> None:
        self._services = services
        self._watch = watch
        self._host = host
        self._now = now
        self._open: dict[str, Growing] = {}
        self._versions: dict[str, int] = {}

    async def hold(self, mention: Mention, alert: str) -> bool:
        """Whether an alert has told of this post before."""
        kept = await self._services.records.alerts.get(alert) if alert else None
        return kept is not None and mention.id in (kept.value.mention, *kept.value.posts)

    async def running(self, id: str, mention: Mention) -> Growing | None:
        """The story with this alert, if a post still joins it."""
        if story := self._opened(id):
            return story
        kept = await self._services.records.alerts.get(id) if id else None
        if kept is None:
            return None
        if self._host:
            is_in_it = kept.value.within == self._host.id
            return self._grows(self._host.id, kept) if is_in_it else None
        story = await self._in(kept.value.channel, mention)
        return story if story and story.alert.id == id else None

    async def worsened_by(self, flag: Flag, id: str) -> Growing | None:
        """The story that a post goes into which is worse than all that the alert tells of which
        shows its conversation: that one, told again; where it cannot be, one that can."""
        kept = await self._services.records.alerts.get(id)
        if kept is None or rank(flag.graded.severity) <= rank(kept.value.severity):
            return None
        alert = kept.value
        if self._host or alert.kind != "negative" or alert.within or alert.part_of:
            return await self.bound_for(flag)
        return self._open.setdefault(id, Growing(alert, kept.version, has_ended=True))

    async def bound_for(self, flag: Flag) -> Growing:
        """The story that a post goes into: the one that runs where it goes, or a new one."""
        if self._host:
            return await self._within(self._host, flag)
        routed = await routing.route(
            self._services, self._watch, "negative", flag.graded, [flag.mention], self._now
        )
        if story := await self._in(routed.channel, flag.mention):
            return story
        fresh = replace(
            self._begun(flag, flag.mention.id, routed.channel),
            route=routed.route,
            trail=routed.trail,
        )
        return self._grows(routed.channel, Kept(fresh, 0))

    async def writes(self) -> Grown:
        """All that has grown, graded anew, and told as far as it must be."""
        written: list[Write] = []
        within = None
        told: list[Alert] = []
        for story in self._open.values():
            if not story.flags:
                continue
            before, after = story.alert, await self._grown(story)
            if after.within:
                within = after
            elif not after.part_of and not story.has_ended:
                told.append(after)
            written += await self._told(story, before, after)
        return Grown(written, within, tuple(told))

    def _opened(self, id: str) -> Growing | None:
        return next((one for one in self._open.values() if one.alert.id == id), None)

    def _grows(self, key: str, kept: Kept[Alert]) -> Growing:
        return self._open.setdefault(key, Growing(kept.value, kept.version))

    async def _in(self, channel: str, mention: Mention) -> Growing | None:
        """The story that runs in a channel, and that a post follows on."""
        if channel in self._open:
            return self._open[channel]
        records, group = self._services.records, self._services.config.alerts.group
        story = await records.stories.get(story_id(self._watch.name, channel))
        self._versions[channel] = story.version if story else 0
        if story is None or not follows(story.value, mention.at, self._now, group):
            return None
        if opened := self._opened(story.value.alert):
            opened.has_ended = False
            return opened
        kept = await records.alerts.get(story.value.alert)
        return self._grows(channel, kept) if kept else None

    async def _within(self, host: Alert, flag: Flag) -> Growing:
        id = story_within(self._watch.name, host.id)
        kept = await self._services.records.alerts.get(id)
        fresh = replace(self._begun(flag, id, host.channel), within=host.id)
        return self._grows(host.id, kept or Kept(fresh, 0))

    def _begun(self, flag: Flag, id: str, channel: str) -> Alert:
        """A story as its first post begins it; it has no post yet."""
        return Alert(
            id=id,
            kind="negative",
            watch=self._watch.name,
            channel=channel,
            raised=self._now,
            reason=flag.reason,
            conversation=flag.mention.conversation,
            mention=flag.mention.id,
        )

    async def _grown(self, story: Growing) -> Alert:
        """The story's alert with the posts that came, and as bad as that makes it."""
        alert, records = story.alert, self._services.records
        known = [await records.mentions.get(id) for id in alert.posts]
        posts = [
            (kept.value, grade_post(kept.value, self._watch.alarm, self._now))
            for kept in known
            if kept
        ]
        posts += [(flag.mention, flag.graded) for flag in story.flags]
        count = alert.count + len(story.flags)
        graded = grade_story(posts, count)
        if story.version:
            graded = worse(graded, alert.graded)
        ids = [*alert.posts, *(flag.mention.id for flag in story.flags)]
        ranked = [mention.id for mention, _ in worst_first(posts)]
        return replace(alert, posts=worst_posts(ids, ranked), count=count, graded=graded)

    async def _told(self, story: Growing, before: Alert, after: Alert) -> list[Write]:
        """A new story rings; one that grew rings where it got worse by a step, and is drawn again
        in any case. What is told in another's thread never rings by itself."""
        records = self._services.records
        if not story.version:
            here, elsewhere = await self._loudness(story, after)
            alert = replace(after, told=self._as_told(after), here=here)
            return [
                *raised(self._services, alert, self._now),
                *elsewhere,
                *escalation.raised(self._services, alert, self._now),
                *self._runs(story, alert),
            ]
        writes: list[Write] = []
        step = self._step(after)
        if step:
            loud, elsewhere = await self._loudness(story, after)
            if step == "worse":
                writes += elsewhere
            here = loud and not before.here
            voice = voices.in_channel(self._services, after.channel)
            text = story_again(before, after, step, voice, here=here)
            writes.append(rung(self._services, after, text, self._now))
            after = replace(after, told=self._as_told(after), here=before.here or here)
        if rank(after.severity) > rank(before.severity):
            writes += await escalation.worsened(self._services, after, self._now)
            writes += steps_due(self._services, after, self._now)
        return [
            *writes,
            records.alerts.put(after.id, after, story.version),
            await redrawn(self._services, after, self._now),
            *self._runs(story, after),
        ]

    def _step(self, alert: Alert) -> Change | None:
        if alert.told is None or alert.within or alert.part_of:
            return None
        config = self._services.config.alerts
        return change(
            alert.told,
            alert.count,
            alert.severity,
            self._now,
            group=config.group,
            repeat_every=config.repeat_every,
        )

    def _as_told(self, alert: Alert) -> Told:
        return Told(at=self._now, volume=alert.count, severity=alert.severity)

    async def _loudness(self, story: Growing, alert: Alert) -> Loudness:
        posts = [flag.mention for flag in story.flags]
        return await loudness(self._services, self._watch, alert, posts, self._now)

    def _runs(self, grown: Growing, alert: Alert) -> list[Write]:
        """That the story runs, from now for as long as posts are grouped."""
        if alert.within or grown.has_ended:
            return []
        story = Story(watch=alert.watch, alert=alert.id, last=self._now)
        id = story_id(alert.watch, alert.channel)
        return [self._services.records.stories.put(id, story, self._versions[alert.channel])]
