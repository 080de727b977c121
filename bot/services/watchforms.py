"""The form of a watch: opened on what is kept, and read back from what was typed."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from bot.config.file import WatchConfig
from bot.errors import SlackError, UnknownWatch, WatchError, WordedError
from bot.phrases import phrase
from bot.services import watchfaults, watching
from bot.services.base import Services
from bot.services.watching import Standing
from bot.slack.blocks.watchform import Origin, WatchForm

PATIENCE = 1.0
"""Seconds that Slack is given to tell of a channel; a form is not held up for longer."""

BLANK = WatchConfig(name="", query="", channel="")


async def new(services: Services) -> WatchForm:
    """A form for a watch that there is not."""
    return WatchForm(watch=BLANK, origin="new", sources=services.config.sources)


async def opened(services: Services, name: str) -> WatchForm:
    """A form that shows a watch as it is. Raises UnknownWatch."""
    found = await watching.standing(services, name)
    if found.written is None:
        raise UnknownWatch(name, [watch.name for watch in services.watches.all])
    return await _form(services, found.written, found)


async def typed(services: Services, watch: WatchConfig, name: str) -> WatchForm:
    """The form of the watch `name` (`""`: a new one) with what was typed in it."""
    if not name:
        form = await new(services)
        negative, spike = await _channels(services, watch)
        return replace(form, watch=watch, negative=negative, spike=spike)
    return await _form(services, watch, await watching.standing(services, name))


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


def negative_of(watch: WatchConfig) -> str:
    """Where its negative posts go."""
    return watch.channels.negative or watch.channel


def spike_of(watch: WatchConfig) -> str:
    """Where its spikes go."""
    return watch.channels.spike or watch.channel


async def with_channels(
    services: Services, watch: WatchConfig, before: WatchConfig | None, negative: str, spike: str
) -> WatchConfig:
    """`watch` with the channels that were chosen by their ids, written as the configuration writes
    them; what is as it was `before` stays as it was written."""
    was = before or BLANK
    chosen_negative = await _written(services, negative, negative_of(was))
    chosen_spike = await _written(services, spike, spike_of(was))
    if (chosen_negative, chosen_spike) == (negative_of(was), spike_of(was)):
        return replace(watch, channel=was.channel, channels=was.channels)
    return replace(
        watch,
        channel=was.channel or chosen_spike,
        channels=replace(was.channels, negative=chosen_negative, spike=chosen_spike),
    )


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


async def faults(
    services: Services, watch: WatchConfig, before: WatchConfig | None
) -> dict[str, WordedError]:
    """What is wrong with what was typed, by its field: also a channel that was chosen and that
    Vigie cannot write in."""
    found = watchfaults.faults_in(services, watch, is_new=before is None)
    was = before or BLANK
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
