"""Whether a watch is mentioned more than its past can explain, slot by slot.

A value of fixed size holds all that is remembered; a slot moves it on in constant time. A quarter
of an hour and an hour that end with the slot are held against what the baseline expects. A spike
begins where one of them is rarer than asked for both by the count model, which knows what counts
of this size do by chance, and by the watch's own tail, which knows how wild this watch is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from bot.domain.baseline import LEARNING, Baseline, Clock, learnt
from bot.domain.rings import CALM, HOUR, Settings, Spike, fading, raised
from bot.domain.verdicts import (
    FEWEST,
    FEWEST_IN_QUARTER,
    GROSS_FACTOR,
    GROSS_FEWEST,
    GROSS_PATIENCE,
    QUARTER_RARER,
    Forecast,
    Ring,
    State,
    Verdict,
    Window,
    days_by_count,
    days_by_tail,
    first_forecast,
    next_forecast,
    taught,
)

CRISIS = timedelta(hours=6), timedelta(hours=24)
"""Between these ages a spike that goes on teaches nothing of how wild its watch is: half a day of
it would leave the watch deaf for weeks. What lasts longer is how the watch is."""


class Memory(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """All that is remembered of a watch: some 600 bytes as MessagePack, which decode to an equal
    value.

    `at` is the beginning of the last slot; `recent` the counts of an hour of slots, `quarter` and
    `hour` the sums of those in a quarter and in all, `unseen` for how many slots to come the hour
    has a gap. Of the clock hour: how many `slots` are in, and the greatest sums in it (at least
    what is expected).
    """

    at: datetime
    recent: tuple[int, ...]
    quarter: int
    hour: int
    unseen: int
    slots: int
    top_quarter: float
    top_hour: float
    forecast: Forecast
    baseline: Baseline
    spike: Spike | None


def begin(at: datetime, settings: Settings) -> Memory:
    """The memory of a watch whose first slot begins at `at`.

    Raises ValueError where `at` is naive or the slot does not divide an hour.
    """
    slots = HOUR // settings.slot if settings.slot > timedelta(0) else 0
    if slots * settings.slot != HOUR:
        raise ValueError(f"A slot divides an hour: not {settings.slot}.")
    if at.tzinfo is None:
        raise ValueError(f"A slot begins at an aware time: not {at}.")
    forecast = first_forecast(slots, _clock(at + HOUR / 2, settings))
    nothing = (0,) * slots
    return Memory(at - settings.slot, nothing, 0, 0, 0, 0, 0.0, 0.0, forecast, Baseline(), None)


def step(
    memory: Memory, count: int | None, at: datetime, settings: Settings
) -> tuple[Memory, Verdict]:
    """The memory after the slot that began at `at` with its `count` mentions, and what they mean.

    None stands for a slot that was not seen whole; slots that were left out are taken as such. A
    running slot can be looked at early: step, and keep the memory from before.
    Raises ValueError where `at` is not a whole number of slots after the last one.
    """
    if at - memory.at != settings.slot:
        memory = _after_gap(memory, at, settings)
    recent, forecast, spike = memory.recent, memory.forecast, memory.spike
    seen = count or 0
    short = forecast.quarter
    quarter = memory.quarter + seen - recent[-short.slots]
    hour = memory.hour + seen - recent[0]
    unseen = memory.unseen - 1 if memory.unseen else 0
    if count is None:
        unseen = len(recent)
    running = spike is not None and not spike.over
    if running or quarter >= short.bar or hour >= forecast.hour.bar:
        verdict, spike = _weighed(memory, (quarter, hour), unseen, at, settings)
    else:
        state: State = "incomplete" if unseen else forecast.otherwise
        verdict = Verdict(state, "none", at, hour, forecast.hour, forecast.hours)
    moved = Memory(
        at,
        recent[1:] + (seen,),  # noqa: RUF005  (this runs for each slot, and is faster so)
        quarter,
        hour,
        unseen,
        memory.slots + 1,
        quarter if quarter > memory.top_quarter else memory.top_quarter,
        hour if hour > memory.top_hour else memory.top_hour,
        forecast,
        memory.baseline,
        spike,
    )
    return (_next_hour(moved, settings) if moved.slots == len(recent) else moved), verdict


def rarity_of(seen: int, window: Window, forecast: Forecast, settings: Settings) -> float:
    """How rare that is, as far as it matters: the count model is asked only about what the tail
    finds rare, and in the first day only about a gross excess. A quarter counts as less rare than
    it is (`QUARTER_RARER`)."""
    fewest, rarer = FEWEST, 1.0
    if window.slots < forecast.hour.slots:
        fewest, rarer = FEWEST_IN_QUARTER, QUARTER_RARER
    if seen < fewest or not window.mean:
        return 0.0
    if forecast.hours < LEARNING:
        gross = seen >= max(GROSS_FEWEST, GROSS_FACTOR * window.mean)
        return days_by_count(window, seen) / GROSS_PATIENCE if gross else 0.0
    days = days_by_tail(window, seen) / rarer
    if days < settings.once_in_days:
        return days
    return min(days, days_by_count(window, seen) / rarer)


def _weighed(
    memory: Memory, sums: tuple[int, int], unseen: int, at: datetime, settings: Settings
) -> tuple[Verdict, Spike | None]:
    """What the sums of the quarter and the hour mean, and the spike after them."""
    forecast = memory.forecast
    days, strength, seen, window = 0.0, 0.0, sums[1], forecast.hour
    for some, held in zip(sums, (forecast.quarter, forecast.hour), strict=True):
        if unseen <= forecast.hour.slots - held.slots:
            once = rarity_of(some, held, forecast, settings)
            if once > days:
                days, seen, window = once, some, held
            if once >= settings.once_in_days:
                strength = max(strength, some / held.mean - 1)
    ring: Ring = "none"
    spike = memory.spike
    if days >= settings.once_in_days:
        begun = at + settings.slot * (1 - window.slots)
        spike, ring = raised(spike, strength, begun, at, settings)
    elif spike is not None:
        spike = fading(spike, days, unseen, at)
    if days < CALM:
        seen, window = sums[1], forecast.hour
    otherwise: State = "incomplete" if unseen else forecast.otherwise
    on = spike is not None and not spike.over and (not unseen or days >= settings.once_in_days)
    return (
        Verdict(
            "spike" if on else otherwise,
            ring,
            at,
            seen,
            window,
            forecast.hours,
            spike.since if on and spike else None,
        ),
        spike,
    )


def _next_hour(memory: Memory, settings: Settings) -> Memory:
    """The memory at the beginning of the next clock hour, taught by the one that is complete."""
    last, known = memory.forecast, memory.baseline
    tails = last.quarter.tail, last.hour.tail
    if not memory.unseen:
        if not _is_crisis(memory):
            tails = taught(last.quarter, memory.top_quarter), taught(last.hour, memory.top_hour)
        known = learnt(known, memory.hour, last.clock)
    clock = _clock(memory.at + settings.slot + HOUR / 2, settings)
    return _in_hour(memory, next_forecast(last, tails, known, clock, settings.once_in_days), known)


def _is_crisis(memory: Memory) -> bool:
    spike = memory.spike
    if spike is None or spike.over:
        return False
    since, until = CRISIS
    return since <= memory.at - spike.since < until


def _in_hour(memory: Memory, forecast: Forecast, known: Baseline) -> Memory:
    return Memory(
        memory.at,
        memory.recent,
        memory.quarter,
        memory.hour,
        memory.unseen,
        0,
        forecast.quarter.mean,
        forecast.hour.mean,
        forecast,
        known,
        memory.spike,
    )


def _after_gap(memory: Memory, at: datetime, settings: Settings) -> Memory:
    """The memory before the slot at `at`, where some slots before it were left out."""
    left_out, rest = divmod(at - memory.at - settings.slot, settings.slot)
    if rest or left_out < 0:
        raise ValueError(f"{at} is not a whole number of slots after {memory.at}.")
    a_hour = len(memory.recent)
    recent = (*memory.recent, *(0,) * min(left_out, a_hour))[-a_hour:]
    hours, slots = divmod(memory.slots + left_out, a_hour)
    moved = replace(
        memory,
        at=at - settings.slot,
        recent=recent,
        quarter=sum(recent[-memory.forecast.quarter.slots :]),
        hour=sum(recent),
        unseen=a_hour,
    )
    if hours:
        clock = _clock(at - slots * settings.slot + HOUR / 2, settings)
        last, known = memory.forecast, memory.baseline
        tails = last.quarter.tail, last.hour.tail
        forecast = next_forecast(last, tails, known, clock, settings.once_in_days)
        moved = _in_hour(moved, forecast, known)
    return replace(moved, slots=slots)


def _clock(at: datetime, settings: Settings) -> Clock:
    there = at.astimezone(ZoneInfo(settings.zone))
    return Clock(there.hour, there.weekday())
