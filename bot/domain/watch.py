"""A watch: what is looked for, where, and what is worth an alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.flagging import Flagging
from bot.domain.pulses import USUALLY, Also
from bot.domain.query import Query


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A brand or topic.

    `negative_below` (-1 to 0) flags posts whose sentiment is at or under it; by `flag` it is so
    many posts a day, or a share of them, as soon as enough are known (see
    `bot.domain.levels`). `spike_once_in` is
    the patience of the spike detector: a volume rings when an ordinary stream would reach it
    less often than that. Channels are written as Slack takes them, `#name` or an id. `alarm` are
    words that make a negative post severe; `also` is what is told beside negative posts and
    spikes. One that is `paused` is not polled.
    """

    name: str
    query: Query
    sources: tuple[str, ...]
    negative_channel: str
    spike_channel: str
    negative_below: float = -0.5
    flag: Flagging | None = None
    spike_once_in: timedelta = timedelta(days=10)
    alarm: tuple[str, ...] = ()
    also: tuple[Also, ...] = USUALLY
    paused: bool = False

    @property
    def tells_negative(self) -> bool:
        """Whether any post is told as negative: of one that is only counted, none is."""
        return self.flag is not None or self.negative_below > -1
