"""What is written in the file: its tables, their settings and what these are when left out."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Literal

import msgspec

from bot.config.engines import EnginesConfig
from bot.config.hooks import HooksConfig
from bot.config.keeping import KeepConfig
from bot.config.operating import OperateConfig
from bot.config.playbooks import PlaybooksConfig
from bot.config.sources import SourceConfig
from bot.config.summaries import SummariesConfig
from bot.domain.conditions import Noise
from bot.domain.duty import Away
from bot.domain.phrases import Phrase
from bot.domain.pulses import USUALLY, Also
from bot.domain.routing import Route
from bot.domain.severity import Severity
from bot.domain.teams import Team
from bot.i18n import Language

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class SlackConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Where Slack is, and who may do what.

    `admins` are Slack user ids; `admin_channel` hears of trouble (a silent source, a channel that
    cannot be written to). `language` is spoken where nothing else is known.
    """

    api_url: str = "https://slack.com/api/"
    admin_channel: str = "#vigie-admin"
    admins: tuple[str, ...] = ()
    language: Language = "en"


class ChannelConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What Vigie speaks in a channel (as it is written elsewhere in the file), and its digest: at
    what times of day (none: no digest), on which days, about which watches (none: all)."""

    name: str
    language: Language = "en"
    digest: tuple[time, ...] = ()
    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    watches: tuple[str, ...] = ()


class AlertsConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How few alerts there are.

    Negative posts of a watch, each within `group` of the last, are one story. A story that goes on
    is told again when it has doubled (a spike: tripled), when it is more severe, or after
    `repeat_every`. A spike has ended when the volume was ordinary for `all_clear_after`. Within
    `cool_down` of a spike another of its watch is told only if it is three times as large. From
    `here_from` on everybody active in the channel is rung; "never" rings nobody.
    """

    group: timedelta = timedelta(minutes=5)
    repeat_every: timedelta = timedelta(hours=4)
    all_clear_after: timedelta = timedelta(hours=1)
    cool_down: timedelta = timedelta()
    here_from: Severity | Literal["never"] = "never"


class HoursConfig(msgspec.Struct, frozen=True, kw_only=True):
    """When the team works, in the file's time zone. `country` (ISO 3166, such as "FR", or with a
    region, "FR-GES") closes on its public holidays, `holidays` on these days as well."""

    days: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")
    opens: time = time(9)
    closes: time = time(18)
    country: str = ""
    holidays: tuple[date, ...] = ()


class DeadlinesConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Until when a conversation of each severity is to be answered, in working hours (a critical
    one at any hour); its assignee is reminded `remind` before."""

    critical: timedelta = timedelta(minutes=30)
    high: timedelta = timedelta(hours=2)
    medium: timedelta = timedelta(hours=8)
    low: timedelta = timedelta(hours=24)
    remind: timedelta = timedelta(minutes=15)


class ClaimsConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How long a claim holds, in working hours, before it is asked for; and how long, after that,
    before it lapses."""

    ask_after: timedelta = timedelta(hours=4)
    lapse_after: timedelta = timedelta(minutes=30)


class DutyConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Who hears of a high or critical alert that nobody claims: after `escalate_after` the person
    on duty, after that again the manager.

    `people` (Slack user ids) take turns of `turn`, in whole days; the first had the one that began
    on `since`; turns change at the time `at`.
    """

    people: tuple[str, ...] = ()
    since: date = date(2026, 1, 5)
    turn: timedelta = timedelta(days=7)
    at: time = time(9)
    away: tuple[Away, ...] = ()
    manager: str = ""
    escalate_after: timedelta = timedelta(minutes=15)


class AccountConfig(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the brand's own: what it writes is no complaint, and answers."""

    source: str
    author: str


class NetworkConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How Vigie behaves to the places it polls.

    `contact` (an address or a page) goes into the User-Agent, so that an operator who minds can
    say so. `allow_private_addresses` lets sources be on this machine or an inner network.
    """

    contact: str = ""
    allow_private_addresses: bool = False


class ChannelsConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Another channel for one kind of alert."""

    negative: str = ""
    spike: str = ""


class WatchConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A watch as it is written in the file; `sources` empty means all of them. A negative post that
    holds one of the `alarm` words is at least of high severity. One that is `paused` is not
    polled. `flag` is how much of it is flagged, "5 a day" or "3%"; empty: by `negative_below`.
    `also` is what it tells beside negative posts and spikes. A mention holds one of the words that
    it `needs` (none: any post will do), none of those that it is `without`, and is no `noise`."""

    name: str
    query: str
    channel: str
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    noise: Noise = Noise()
    sources: tuple[str, ...] = ()
    channels: ChannelsConfig = ChannelsConfig()
    negative_below: float = -0.5
    flag: str = ""
    spike_once_in: timedelta = timedelta(days=10)
    alarm: tuple[str, ...] = ()
    also: tuple[Also, ...] = USUALLY
    paused: bool = False


class LearningConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How the team is asked: about so many posts of each watch a day that were not flagged."""

    ask: int = 3


class InsightsConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Insights of no team are shown in `channel` (empty: the admin channel). Vigie proposes one by
    itself once so many `people` ask for the same thing within `days` (0: never). What becomes of
    them is told to the address `webhook`, if there is one."""

    channel: str = ""
    people: int = 5
    days: timedelta = timedelta(days=7)
    webhook: str = ""


class CoachConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How new members are received: each is offered a `tour`, once."""

    tour: bool = True


class FileConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file."""

    sources: tuple[SourceConfig, ...]
    watches: tuple[WatchConfig, ...]
    slack: SlackConfig = SlackConfig()
    store: str = "data"
    keep: KeepConfig = KeepConfig()
    network: NetworkConfig = NetworkConfig()
    languages: tuple[str, ...] = ("en", "fr")
    timezone: str = "UTC"
    channels: tuple[ChannelConfig, ...] = ()
    alerts: AlertsConfig = AlertsConfig()
    routes: tuple[Route, ...] = ()
    hours: HoursConfig = HoursConfig()
    deadlines: DeadlinesConfig = DeadlinesConfig()
    claims: ClaimsConfig = ClaimsConfig()
    duty: DutyConfig = DutyConfig()
    accounts: tuple[AccountConfig, ...] = ()
    noise: Noise = Noise()
    phrases: tuple[Phrase, ...] = ()
    learning: LearningConfig = LearningConfig()
    words: dict[str, dict[str, float]] = {}
    themes: dict[str, dict[str, tuple[str, ...]]] = {}
    engines: EnginesConfig = EnginesConfig()
    summaries: SummariesConfig | None = None
    teams: tuple[Team, ...] = ()
    insights: InsightsConfig = InsightsConfig()
    hooks: HooksConfig = HooksConfig()
    operate: OperateConfig = OperateConfig()
    coach: CoachConfig = CoachConfig()
    playbooks: PlaybooksConfig = PlaybooksConfig()
