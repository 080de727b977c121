"""How Vigie itself is, and what there is to do, as values to be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from bot.domain.alerts import Mute
from bot.domain.conversation import OPEN, Conversation, State
from bot.domain.insights import Insight
from bot.domain.judgements import Proposal
from bot.domain.levels import Limits
from bot.domain.load import Workload
from bot.domain.pairs import Pair
from bot.domain.questions import Asked
from bot.domain.severity import rank
from bot.domain.subscriptions import Subscription
from bot.domain.unread import Unread
from bot.domain.watch import Watch


class WatchState(msgspec.Struct, frozen=True, kw_only=True):
    """A watch with its sources' state and its figures of the last day; `edited_by` is who left it
    so in Slack, `""` where it is as the file has it. `limits` are what it flags by. Until
    `learns_until` (None: no more) too little is known of it for any but a gross excess to ring."""

    watch: Watch
    pairs: tuple[Pair, ...]
    mentions_a_day: int
    mute: Mute | None
    edited_by: str = ""
    limits: Limits | None = None
    learns_until: datetime | None = None


class Off(msgspec.Struct, frozen=True, kw_only=True):
    """A source that is not listened at: it waits for a secret in the environment's `variable`."""

    source: str
    variable: str


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A source that some `watches` cannot read, or in which some of their words find nothing any
    more; `pair` is the first of these."""

    pair: Pair
    watches: int


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it. `waiting` deliveries are not said yet; `oldest_wait` is since when. Moods
    are read in the languages `read`; `unread` are the posts of the last day whose mood was not.
    `off` are sources that nobody listens at. Of so many `others` nothing is shown but their
    `troubles`, a source each."""

    now: datetime
    watches: tuple[WatchState, ...]
    waiting: int
    oldest_wait: datetime | None
    last_error: str
    open_conversations: int
    languages: tuple[str, ...]
    read: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    off: tuple[Off, ...] = ()
    others: int = 0
    troubles: tuple[Trouble, ...] = ()


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """What the team has before it, in sums: conversations in each open state (those that have
    any), those that were `taken` today, and those that are `overdue`. Nobody is ranked."""

    states: dict[State, int]
    taken: int = 0
    overdue: int = 0


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A channel that Vigie cannot write in, Slack's code for why, and the names of the watches and
    the routes that are told there, and of the teams whose insights are."""

    channel: str
    code: str
    watches: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


class Lookout(msgspec.Struct, frozen=True, kw_only=True):
    """What those who administer Vigie see: the first watches with their state, the names of all
    of them, the channels that are closed, and the proposals that wait for an answer."""

    watches: tuple[WatchState, ...]
    names: tuple[str, ...]
    closed: tuple[Closed, ...] = ()
    proposals: tuple[Proposal, ...] = ()


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """App Home of a person: what is theirs, what nobody has, the team's sums, their digest and
    their week; `asked` are the posts about which the team is asked, `insights` those that wait for
    this person's decision; `lookout` is None for who does not administer Vigie."""

    now: datetime
    mine: tuple[Conversation, ...]
    waiting: tuple[Conversation, ...]
    team: Team
    digest: Subscription
    week: Workload
    asked: tuple[Asked, ...] = ()
    insights: tuple[Insight, ...] = ()
    lookout: Lookout | None = None


def by_deadline(conversations: Iterable[Conversation]) -> tuple[Conversation, ...]:
    """Those to be answered soonest first; then those that are answered, and those that sleep."""
    return tuple(
        sorted(
            conversations,
            key=lambda one: (
                one.state == "snoozed",
                one.due is None,
                one.due or one.opened,
                one.id,
            ),
        )
    )


def worst_first(conversations: Iterable[Conversation]) -> tuple[Conversation, ...]:
    """The most severe first; of those alike, the one to be answered soonest."""
    return tuple(
        sorted(
            conversations,
            key=lambda one: (-rank(one.severity), one.due is None, one.due or one.opened, one.id),
        )
    )


def team_of(conversations: Iterable[Conversation], taken: int, now: datetime) -> Team:
    """The sums of what is open; `taken` were taken today."""
    held = list(conversations)
    counts = Counter(one.state for one in held)
    return Team(
        states={state: counts[state] for state in OPEN if counts[state]},
        taken=taken,
        overdue=sum(one.due is not None and one.due <= now for one in held),
    )
