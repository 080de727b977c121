"""The form of a watch: opened on what is kept, and read back from what was typed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import NamedTuple

from msgspec.structs import replace

from bot.config.file import WatchConfig
from bot.domain.conditions import Noise
from bot.domain.pulses import Also
from bot.domain.query import parse
from bot.errors import QueryError, SlackError, UnknownWatch, WatchError, WordedError
from bot.i18n import Voice
from bot.phrases import phrase
from bot.services import replaying, trying, watchfaults, watching
from bot.services.base import Services
from bot.services.watching import Standing
from bot.slack.blocks.parts import Block, context
from bot.slack.blocks.replay import rung_blocks, too_slow_blocks
from bot.slack.blocks.trial import fault_blocks, trial_blocks
from bot.slack.blocks.watchchoices import PATIENCE as CHOICES
from bot.slack.blocks.watchform import Origin, WatchForm
from bot.slack.blocks.watchnoise import noise_in, noise_line

PATIENCE = 1.0
"""Seconds that Slack is given to tell of a channel; a form is not held up for longer."""

BLANK = WatchConfig(name="", query="", channel="")


class Typed(NamedTuple):
    """What stood in the fields; `negative` and `spike` are channels' ids. What is None or `""` was
    not chosen, but for the query and the name."""

    name: str
    query: str
    needs: tuple[str, ...] | None = None
    without: tuple[str, ...] | None = None
    noise: Noise | None = None
    sources: tuple[str, ...] = ()
    negative: str = ""
    below: float | None = None
    flag: str | None = None
    spike: str = ""
    once_in: timedelta | None = None
    alarm: tuple[str, ...] = ()
    also: tuple[Also, ...] | None = None
    paused: bool = False


class Read(NamedTuple):
    """The watch that was typed, and how the one of its name stands now."""

    watch: WatchConfig
    now: Standing


async def new(services: Services) -> WatchForm:
    """A form for a watch that there is not."""
    return WatchForm(watch=BLANK, origin="new", sources=services.config.sources)


async def opened(services: Services, name: str) -> WatchForm:
    """A form that shows a watch as it is. Raises UnknownWatch."""
    found = await watching.standing(services, name)
    if found.written is None:
        raise UnknownWatch(name, [watch.name for watch in services.watches.all])
    return await _form(services, found.written, found)


async def read(services: Services, typed: Typed, *, is_new: bool) -> Read:
    """The watch that was typed; what a field does not tell stays as it is."""
    now = await watching.standing(services, typed.name)
    if is_new:
        now = now._replace(written=None)  # a name that is taken is a fault, told under the name
    was = now.written or replace(BLANK, name=typed.name)
    watch = replace(
        was,
        query=was.query if typed.query == tidy(was.query) else typed.query,
        needs=was.needs if typed.needs is None else typed.needs,
        without=was.without if typed.without is None else typed.without,
        noise=was.noise if _is_as_it_stood(typed.noise, was.noise) else typed.noise or was.noise,
        sources=typed.sources,
        negative_below=was.negative_below if typed.below is None else typed.below,
        flag=was.flag if typed.flag is None else typed.flag,
        spike_once_in=was.spike_once_in if typed.once_in is None else typed.once_in,
        alarm=typed.alarm,
        also=was.also if typed.also is None else typed.also,
        paused=typed.paused,
    )
    return Read(await _with_channels(services, watch, was, typed), now)


async def with_typed(services: Services, read: Read, *, is_new: bool) -> WatchForm:
    """The form again, with what was typed in it."""
    if not is_new:
        return await _form(services, read.watch, read.now)
    negative, spike = await _channels(services, read.watch)
    return replace(await new(services), watch=read.watch, negative=negative, spike=spike)


async def tried(
    services: Services, watch: WatchConfig, voice: Voice, patience: float = trying.PATIENCE
) -> list[Block]:
    """What came of trying a watch out, or why its query cannot be read."""
    try:
        trial = await trying.try_out(services, watch, patience=min(patience, trying.PATIENCE))
    except QueryError as error:
        return fault_blocks(error, voice)
    return trial_blocks(trial, parse(watch.query), voice)


async def rung(
    services: Services, watch: WatchConfig, voice: Voice, patience: float = replaying.PATIENCE
) -> list[Block]:
    """What would have rung at the sensitivity that is chosen, by what the watch counted until now;
    nothing of one that is new."""
    known = services.watches.find(watch.name)
    if known is None:
        return []
    own = watch.spike_once_in / timedelta(days=1)
    asked = (*map(float, CHOICES), replaying.own_sensitivity(known), own)
    try:
        found = await replaying.looked_back(services, known, asked, patience=patience)
    except WatchError as error:
        return [context(voice.error(error))]
    return rung_blocks(found, own, voice) if found else too_slow_blocks(voice)


async def _form(services: Services, watch: WatchConfig, found: Standing) -> WatchForm:
    negative, spike = await _channels(services, watch)
    return WatchForm(
        watch=watch,
        origin=_origin(found),
        sources=services.config.sources,
        version=found.version,
        by=found.by,
        negative=negative,
        spike=spike,
    )


def _origin(found: Standing) -> Origin:
    if found.in_file is None:
        return "made"
    return "file" if found.written == found.in_file else "edited"


async def _channels(services: Services, watch: WatchConfig) -> tuple[str, str]:
    """The ids of the channels that hear of negative posts, and of spikes."""
    negative, spike = negative_of(watch), spike_of(watch)
    return (
        await services.slack.channel_id(negative) if negative else "",
        await services.slack.channel_id(spike) if spike else "",
    )


def _is_as_it_stood(typed: Noise | None, was: Noise) -> bool:
    return typed is None or typed == noise_in(noise_line(was))


def tidy(written: str) -> str:
    """On one line, without blanks around it or too many in it."""
    return " ".join(written.split())


def negative_of(watch: WatchConfig) -> str:
    """Where its negative posts go."""
    return watch.channels.negative or watch.channel


def spike_of(watch: WatchConfig) -> str:
    """Where its spikes go."""
    return watch.channels.spike or watch.channel


async def _with_channels(
    services: Services, watch: WatchConfig, was: WatchConfig, typed: Typed
) -> WatchConfig:
    """`watch` with the channels that were chosen by their ids, written as the configuration writes
    them; where both are as they were, they stay as they were written."""
    negative = await _written(services, typed.negative, negative_of(was))
    spike = await _written(services, typed.spike, spike_of(was))
    if (negative, spike) == (negative_of(was), spike_of(was)):
        return watch
    channels = replace(was.channels, negative=negative, spike=spike)
    return replace(watch, channel=was.channel or spike, channels=channels)


async def _written(services: Services, chosen: str, before: str) -> str:
    """How a channel is to be written: as before where it is the same, by its name where the
    configuration knows it by that, else by its id."""
    if not chosen:
        return before
    if before and await services.slack.channel_id(before) == chosen:
        return before
    called = chosen
    try:
        async with asyncio.timeout(PATIENCE):
            called = await services.slack.channel_called(chosen)
    except TimeoutError:
        pass
    return called if called in _known(services) else chosen


def _known(services: Services) -> frozenset[str]:
    config = services.config
    named = [channel.name for channel in config.channels]
    named += [place for w in config.written_watches for place in (negative_of(w), spike_of(w))]
    return frozenset((*named, config.slack.admin_channel))


async def faults(services: Services, by: str, read: Read) -> dict[str, WordedError]:
    """What is wrong with what was typed, by its field: also who typed it, and a channel that was
    chosen and that Vigie cannot write in."""
    try:
        watching.check_admin(services, by)
    except WatchError as error:
        return {watchfaults.QUERY: error}
    watch, was = read.watch, read.now.written or BLANK
    found = watchfaults.faults_in(services, watch, is_new=read.now.written is None)
    for field, place, old in (
        (watchfaults.NEGATIVE, negative_of(watch), negative_of(was)),
        (watchfaults.SPIKE, spike_of(watch), spike_of(was)),
    ):
        if field not in found and place and place != old and await _is_outside(services, place):
            found[field] = WatchError(
                phrase("Vigie is not in that channel: type /invite @Vigie there first.")
            )
    return found


async def _is_outside(services: Services, channel: str) -> bool:
    """Whether Slack says at once that Vigie cannot write there."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await services.slack.channel_fault(channel) is not None
    except (SlackError, TimeoutError):
        return False
