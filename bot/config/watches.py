"""Watches as they are written, in the file or in Slack's form, checked."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

import msgspec

from bot.config.checks import channel_fault, watch_name_fault
from bot.config.file import WatchConfig
from bot.config_reader import Faults
from bot.domain.conditions import Conditions, Noise, Refusal, narrowed, unreadable
from bot.domain.flagging import flagging
from bot.domain.query import Query, parse
from bot.domain.watch import Watch
from bot.errors import QueryError

NONE = Noise()


class WatchEdit(msgspec.Struct, frozen=True, kw_only=True):
    """A watch as somebody left it in Slack: it takes the place of the file's of that name, or is
    one that the file does not have. `removed` ones are watched no more, unless
    the file has them."""

    name: str
    watch: WatchConfig
    by: str
    at: datetime
    removed: bool = False


def check_watches(
    watches: tuple[WatchConfig, ...],
    sources: set[str],
    faults: Faults,
    off: Set[str] = frozenset(),
    noise: Noise = NONE,
) -> tuple[Watch, ...]:
    """The watches of a file, checked; those whose query cannot be read are left out, and so are
    the sources that are `off`. What is `noise` is none of any watch's mentions."""
    if not watches:
        faults.add("watches", "holds no watch; add a [[watches]] table")
    taken: set[str] = set()
    checked: list[Watch] = []
    for place, watch in faults.each("watches", watches):
        faults.check_unique(f"{place}.name", watch.name, taken)
        if made := check_watch(watch, sources, faults, place, off=off, noise=noise):
            checked.append(made)
    return tuple(checked)


def check_watch(
    watch: WatchConfig,
    sources: set[str],
    faults: Faults,
    place: str = "watch",
    *,
    off: Set[str] = frozenset(),
    noise: Noise = NONE,
) -> Watch | None:
    """One watch, checked against the sources that there are, some of them `off`; None where its
    query cannot be read. To be used only without faults. `noise` is what is noise to all watches
    (and checked elsewhere)."""
    faults.add(f"{place}.name", watch_name_fault(watch.name))
    _check_channels(place, watch, faults)
    for at, source in faults.each(f"{place}.sources", watch.sources):
        if source not in sources:
            faults.add_unknown(at, source, sources, "a source")
    if watch.sources and set(watch.sources) <= off:
        faults.add(f"{place}.sources", "wait for a secret, all of them: name one that does not")
    if not -1 <= watch.negative_below <= 0:
        faults.add(f"{place}.negative_below", "is between -1 (never) and 0 (all but positive)")
    if watch.flag and flagging(watch.flag) is None:
        words = 'is so many a day, such as "5 a day", or at most half of the posts, such as "3%"'
        faults.add(f"{place}.flag", words)
    if watch.spike_once_in < timedelta(days=1):
        faults.add(f"{place}.spike_once_in", 'is at least a day; "10d" is usual')
    query = _query(place, watch.query, faults)
    if query is None:
        return None
    for refused in condition_faults(query, watch):
        faults.add(f"{place}.{refused.place}[{refused.number}]", str(refused.error))
    whole, _ = narrowed(query, _conditions(watch, watch.noise.and_(noise)))
    return _watch(watch, whole, sources, off)


def condition_faults(query: Query, watch: WatchConfig) -> tuple[Refusal, ...]:
    """What is wrong with what a watch needs, forbids and calls noise."""
    return narrowed(query, _conditions(watch, watch.noise))[1]


def check_noise(noise: Noise, faults: Faults) -> None:
    """What is noise to all watches."""
    conditions = Conditions(noise=noise)
    for refused in unreadable(conditions):
        faults.add(f"{refused.place}[{refused.number}]", str(refused.error))


def _conditions(watch: WatchConfig, noise: Noise) -> Conditions:
    return Conditions(needs=watch.needs, without=watch.without, noise=noise)


def _check_channels(place: str, watch: WatchConfig, faults: Faults) -> None:
    faults.add(f"{place}.channel", channel_fault(watch.channel))
    for kind, channel in msgspec.structs.asdict(watch.channels).items():
        if channel:
            faults.add(f"{place}.channels.{kind}", channel_fault(channel))


def _query(place: str, written: str, faults: Faults) -> Query | None:
    try:
        return parse(written)
    except QueryError as error:
        faults.add(f"{place}.query", f"{error}\n{_indented(error.pointed())}")
        return None


def _watch(watch: WatchConfig, query: Query, sources: set[str], off: Set[str]) -> Watch:
    named = watch.sources or tuple(sorted(sources))
    return Watch(
        name=watch.name,
        query=query,
        sources=tuple(name for name in named if name not in off),
        negative_channel=watch.channels.negative or watch.channel,
        spike_channel=watch.channels.spike or watch.channel,
        negative_below=watch.negative_below,
        flag=flagging(watch.flag),
        spike_once_in=watch.spike_once_in,
        alarm=watch.alarm,
        also=watch.also,
        paused=watch.paused,
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
