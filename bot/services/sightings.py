"""What is seen of a watch's volume: whether it is a spike, and what drives that."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.domain.alerts import Alert, Episode, SpikeReason, Told
from bot.domain.coverage import Coverage
from bot.domain.detection import WINDOW, History, Verdict
from bot.domain.drivers import drivers
from bot.domain.lately import Looked, latest
from bot.domain.mention import Mention
from bot.domain.spikes import SpikeStep, spike_step, turned_at
from bot.domain.summaries import mood_of
from bot.domain.unseen import is_whole, least
from bot.domain.volume import SLOT, hourly
from bot.domain.watch import Watch
from bot.services.base import Services
from bot.services.before import mentions_before
from bot.services.volumes import NOTHING, Change, coverage_of, history_of
from bot.store.repositories import Kept

BASELINE = timedelta(hours=48)
"""How far before an hour it is looked for what is usual, where that must be quick."""

_LAST = 500
"""Alerts of a watch among which its last spike is looked for."""

_MOMENT = timedelta(seconds=1)


class Seen(NamedTuple):
    """A verdict on a watch's volume, with what it rests on."""

    history: History
    verdict: Verdict
    coverage: Coverage


class Sighting(NamedTuple):
    """What is seen of a watch's volume, and by how many of its sources, the story that runs, and
    what the one means to the other.

    Nothing is seen (`verdict` None) where nothing is new, or a source was never read.
    """

    history: History | None
    verdict: Verdict | None
    coverage: Coverage
    episode: Kept[Episode] | None
    alert: Kept[Alert] | None
    step: SpikeStep

    @property
    def seen(self) -> Seen | None:
        """The verdict, where there is one."""
        if self.history is None or self.verdict is None:
            return None
        return Seen(self.history, self.verdict, self.coverage)

    @property
    def running(self) -> Alert | None:
        """The alert of the spike that goes on."""
        goes_on = self.step in ("none", "go_on")
        return self.alert.value if self.alert and goes_on else None


async def sighted(
    services: Services,
    watch: Watch,
    fresh: Sequence[Mention],
    now: datetime,
    change: Change = NOTHING,
    *,
    anew: bool = False,
) -> Sighting:
    """Hold the volume, with a `change` that is not yet in the store, against the baseline, and that
    against the story so far; where nothing is `fresh`, only if it is to be done `anew`."""
    records = services.records
    episode = await records.episodes.get(watch.name)
    alert = None
    if episode and episode.value.alert:
        alert = await records.alerts.get(episode.value.alert)
    history = await history_of(services, watch, now, change) if fresh or anew else None
    verdict = None
    if history:
        written = [] if alert else [mention.at for mention in fresh] or _last_hour(now)
        history, verdict = await _looked(services, watch, history, now, written)
    rest = services.config.alerts.all_clear_after
    step = spike_step(episode.value if episode else None, verdict, now, rest)
    coverage = await coverage_of(services, watch, now, change.pair)
    return Sighting(history, verdict, coverage, episode, alert, step)


async def _looked(
    services: Services, watch: Watch, history: History, now: datetime, written: Sequence[datetime]
) -> Looked:
    """The latest verdict; what belonged to a spike that was over since is no new one."""
    looked = await services.reckon(latest, history, now, written)
    if looked.history is history or not await _is_over(services, watch, looked.verdict):
        return looked
    return await services.reckon(latest, history, now, ())


async def _is_over(services: Services, watch: Watch, verdict: Verdict) -> bool:
    """Whether the window ended before the last spike of its watch got its all-clear."""
    found = await services.records.alerts.find(
        {"watch": watch.name}, "raised", newest_first=True, limit=_LAST
    )
    spikes = (kept.value for kept in found if kept.value.kind == "spike")
    last = next(spikes, None)
    return bool(last and last.ended and last.ended >= verdict.evidence.window_end)


def _last_hour(now: datetime) -> list[datetime]:
    """A moment in each of the slots of the hour before the running one."""
    return [now - back * SLOT for back in range(1, WINDOW + 1)]


async def as_seen_now(
    services: Services,
    watch: Watch,
    alert: Alert,
    told: Told,
    seen: Seen,
    fresh: Sequence[Mention],
) -> Alert:
    """The alert with the figures and the drivers of now; where what is said turned from praise to
    complaints, they are those of the complaints."""
    hour = await mentions_within(services, watch, seen.verdict, fresh)
    turned = alert.turned or turned_at(hour, told)
    since = max(filter(None, (seen.verdict.evidence.window_start, turned)))
    reason = await reason_for(services, watch, hour, seen, since)
    return replace(alert, reason=reason, turned=turned)


async def mentions_within(
    services: Services, watch: Watch, verdict: Verdict, fresh: Sequence[Mention]
) -> list[Mention]:
    """The mentions of the hour that ends with the window."""
    since, until = verdict.evidence.hour_start, verdict.evidence.window_end
    stored = await services.records.mentions.find({"watch": watch.name}, "at", since=since)
    both = (*(kept.value for kept in stored), *fresh)
    return list({one.id: one for one in both if since <= one.at <= until}.values())


async def reason_for(
    services: Services,
    watch: Watch,
    hour: Sequence[Mention],
    seen: Seen,
    since: datetime,
) -> SpikeReason:
    """The verdict with what drove it: those posts of its `hour` since a time, held against the
    weeks before, and against the hour's others."""
    evidence = seen.verdict.evidence
    window = [m for m in hour if m.at >= since]
    usual = [
        *(m for m in hour if m.at < since),
        *await mentions_before(services, watch, evidence.window_start),
    ]
    whole = max(evidence.window_end - evidence.window_start, _MOMENT)
    part = min(1.0, max(evidence.window_end - since, _MOMENT) / whole)
    found = await asyncio.to_thread(
        drivers,
        window,
        usual,
        expected=evidence.expected * part,
        brand_words=watch.query.words(),
    )
    mood = mood_of(window)
    return SpikeReason(
        evidence=evidence,
        themes=found.themes,
        authors=found.authors,
        posts=tuple(m.id for m in found.posts),
        negative=mood.negative,
        read=mood.negative + mood.neutral + mood.positive,
        unread=mood.unknown,
        hours=hourly(least(seen.history), 24),
        drivers=found.parts,
        reshares=found.reshares,
        coverage=seen.coverage,
        at_least=not is_whole(seen.history),
    )
