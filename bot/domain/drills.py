"""A drill: a scripted crisis that a team rehearses in a channel of its own.

Its conversations are nowhere but here. They are what the events of the drill make of them, by the
same table of transitions as everybody's (`bot.domain.transitions`), so that a team practises what
it will do; and no mention, alert, volume or event of the audit trail comes of them, so that no
figure has to leave them out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce
from hashlib import blake2b

import msgspec
from msgspec.structs import replace

from bot.domain.conversation import AuditEvent, Conversation
from bot.domain.drillscores import Score
from bot.domain.identity import as_typed
from bot.domain.scripts import Script, ScriptPost
from bot.domain.transitions import carried_out
from bot.errors import IllegalTransition

MARK = "🎓"

SPEEDS = (1, 5, 20)

_PREFIX = "d-"
LEAST_QUIET = timedelta(minutes=1)
"""However fast it is played, so long is there time after the last post."""


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """A script that is played in a channel (`team`) since `began`, at some of `SPEEDS`.

    `by` began it. `events` are what was done to its conversations, in their order. `over` is when
    it ended, None while it goes on; `stopped` says that somebody ended it before its time. `score`
    is what it came to. Once it is old nothing but that is left: `posts` and `events` are empty.
    """

    id: str
    team: str
    script: str
    title: str
    situation: str
    language: str
    minutes: float
    speed: int
    began: datetime
    by: str
    posts: tuple[ScriptPost, ...]
    playbook: str = ""
    events: tuple[AuditEvent, ...] = ()
    over: datetime | None = None
    stopped: bool = False
    score: Score | None = None

    @property
    def ends(self) -> datetime:
        """When it is over by itself."""
        last = self.shown_at(len(self.posts)) if self.posts else self.began
        return max(self.began + self._real(self.minutes), last + LEAST_QUIET)

    def shown_at(self, number: int) -> datetime:
        """When a post (the first is 1) is shown."""
        return self.began + self._real(self.posts[number - 1].minute)

    def shown(self, now: datetime) -> range:
        """The numbers of the posts that are shown at a moment."""
        until = min(now, self.over) if self.over else now
        count = sum(self.shown_at(number) <= until for number in range(1, len(self.posts) + 1))
        return range(1, count + 1)

    def _real(self, minutes: float) -> timedelta:
        seconds = round(minutes * 60 / self.speed)
        return timedelta(seconds=seconds)


def begun(script: Script, team: str, speed: int, by: str, now: datetime) -> Drill:
    """The drill that begins with a script."""
    hashed = blake2b(f"{team} {now.isoformat()}".encode(), digest_size=3).hexdigest()
    return Drill(
        id=f"{_PREFIX}{hashed}",
        team=team,
        script=script.name,
        title=script.title,
        situation=script.situation,
        language=script.language,
        minutes=script.minutes,
        speed=speed,
        began=now,
        by=by,
        posts=script.posts,
        playbook=script.playbook,
    )


def is_practice(id: str) -> bool:
    """Whether an id is that of a drill or of one of its conversations: no other has a hyphen."""
    return as_typed(id).startswith(_PREFIX)


def told_apart(id: str) -> tuple[str, int]:
    """The drill of a conversation, and the number of its post; 0 of the drill itself."""
    drill, _, number = as_typed(id).removeprefix(_PREFIX).partition("-")
    return f"{_PREFIX}{drill}", int(number) if number.isdecimal() else 0


def conversation_id(drill: Drill, number: int) -> str:
    """What the conversation of a post is called."""
    return f"{drill.id}-{number}"


def conversation(drill: Drill, number: int) -> Conversation:
    """A post's conversation as it is after all that was done."""
    id, post, at = conversation_id(drill, number), drill.posts[number - 1], drill.shown_at(number)
    new = Conversation(
        id=id,
        watch=drill.title,
        title=f"{MARK} {', '.join(filter(None, (post.author, post.source)))}",
        alert="",
        opened=at,
        changed=at,
        language=post.language,
        source=post.source,
    )
    return reduce(carried_out, (one for one in drill.events if one.conversation == id), new)


def check_not_over(drill: Drill) -> None:
    """Raises IllegalTransition where nothing in a drill changes any more."""
    if drill.over:
        raise IllegalTransition("This drill is over: nothing in it changes any more.")


def found(drill: Drill, number: int, now: datetime) -> Conversation:
    """A conversation that can be worked at a moment. Raises IllegalTransition."""
    check_not_over(drill)
    if number not in drill.shown(now):
        raise IllegalTransition("There is no such post in this drill.")
    return conversation(drill, number)


def with_event(drill: Drill, event: AuditEvent, now: datetime) -> Drill:
    """The drill after somebody did something. Raises a ConversationError, as the conversation
    does."""
    _, number = told_apart(event.conversation)
    carried_out(found(drill, number, now), event)
    return replace(drill, events=(*drill.events, event))


def only_scored(drill: Drill) -> Drill:
    """What is left of it once it is old: no word that was said, and nobody who did anything."""
    return replace(drill, posts=(), events=(), by="", situation="")
