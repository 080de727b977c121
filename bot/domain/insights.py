"""An insight: a demand, a complaint or an idea that mentions voice, owned by a team.

What becomes of one is in `bot.domain.insightlife`; whose it is, in `bot.domain.teams`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

import msgspec
from msgspec.structs import replace

from bot.domain.identity import author_key, insight_id
from bot.domain.mention import Mention
from bot.errors import WordedError

Kind = Literal["bug", "wish", "complaint", "praise", "question"]
KINDS: tuple[Kind, ...] = get_args(Kind)

State = Literal[
    "proposed", "heard", "accepted", "declined", "planned", "shipped", "answered", "dismissed"
]
"""*proposed*: Vigie found it, and nobody has said yet that it is one; *dismissed*: somebody said
that it is none."""

Deed = Literal[
    "hear", "accept", "decline", "plan", "ship", "answer", "dismiss", "reopen", "change", "merge"
]
"""*change* puts its title, kind, theme or team right; *merge* says that another asks for the
same, which takes over whoever voices it."""

WAITS: tuple[State, ...] = ("heard",)
"""In these it waits for its team's decision."""

OPEN: tuple[State, ...] = ("proposed", "heard", "accepted", "planned", "shipped")
"""In these somebody has yet to do something about it."""

LONGEST_TITLE = 120
LONGEST_REASON = 300


class InsightError(WordedError):
    """What was asked of an insight, and why that cannot be; its words are for who asked."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what to an insight, when, and why: never changed once written. `was` is the state
    before it, `now` the one after. `order` grows with every change of all insights."""

    order: int
    at: datetime
    by: str
    deed: Deed
    was: State
    now: State
    reason: str = ""


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    """What people ask for, and what becomes of it.

    `title` says it in a line. Where it is the words of a post, `titled` is that one's mention: they
    go where it goes, and the title is then `""`. `theme` is a folded word or word pair (`""`:
    none), `team` the name of a team in the configuration (`""`: nobody's).

    `by` is who heard it: a Slack user id, or `bot.domain.conversation.VIGIE` while it is proposed;
    `heard` is when it was (before that: when it was proposed), `first` when the first of its posts
    was written. `decided` is when it was first accepted or declined; `planned`, `shipped` and
    `answered` are when it last became so, None where it is not so (any more). `reason` says why it
    was declined or dismissed; `same` is the insight that took it over, `""` where none did.

    `people`, `posts` and `reach` count all that ever voiced it, also what is erased by now;
    `people` are authors at their sources. Once it ships its posts are to be answered back to: so
    many were `asked` for, and `replied` counts those that were.

    Its card stands (or is to stand) in `channel`; `posted_to` and `ts` say where Slack put it.
    `words` are the terms by which like posts are found (`bot.domain.alike.index`), `told` is how
    many people there were when the channel was last told of it by Vigie itself.
    """

    id: str
    title: str
    kind: Kind
    watch: str
    heard: datetime
    first: datetime
    theme: str = ""
    team: str = ""
    state: State = "proposed"
    by: str = ""
    titled: str = ""
    language: str = "unknown"
    decided: datetime | None = None
    planned: datetime | None = None
    shipped: datetime | None = None
    answered: datetime | None = None
    reason: str = ""
    same: str = ""
    people: int = 0
    posts: int = 0
    reach: int = 0
    asked: int = 0
    replied: int = 0
    channel: str = ""
    posted_to: str = ""
    ts: str = ""
    words: tuple[str, ...] = ()
    told: int = 0
    changes: tuple[Change, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def waited(self) -> timedelta | None:
        """From the first post to the team's decision; None before it."""
        return self.decided - self.first if self.decided else None


class Voiced(msgspec.Struct, frozen=True, kw_only=True):
    """That a mention voices an insight: never its words.

    `author` stands for who wrote it (`bot.domain.identity.author_key`), `""` where nobody is known;
    `score` is how the post feels, None where nobody can tell. What was said in Slack, and is no
    mention, has the address of its message as `url`, and no `mention`. `replied` is when somebody
    answered it since the insight shipped, `replied_by` their Slack id.
    """

    id: str
    insight: str
    at: datetime
    mention: str = ""
    conversation: str = ""
    watch: str = ""
    author: str = ""
    reach: int = 1
    score: float | None = None
    url: str = ""
    replied: datetime | None = None
    replied_by: str = ""

    @property
    def who(self) -> str:
        """Stands for a person."""
        return self.author or self.id


def is_replied(voice: Voiced, insight: Insight) -> bool:
    """Whether it was answered since the insight shipped (last)."""
    shipped = insight.shipped
    return voice.replied is not None and shipped is not None and voice.replied >= shipped


def voiced_id(insight: str, mention: str) -> str:
    """A mention voices an insight once."""
    return f"{insight}.{mention}"


def voiced_by(insight: str, mention: Mention) -> Voiced:
    """That a mention voices an insight."""
    felt = mention.analysis.sentiment
    return Voiced(
        id=voiced_id(insight, mention.id),
        insight=insight,
        at=mention.at,
        mention=mention.id,
        conversation=mention.conversation,
        watch=mention.watch,
        author=author_key(mention.post.source, mention.post.author),
        reach=mention.reach,
        score=felt.score if felt else None,
    )


def begun(
    mention: Mention, title: str, kind: Kind, now: datetime, *, theme: str = "", team: str = ""
) -> Insight:
    """An insight that begins with a mention, proposed and without a voice: `with_voices` counts
    that one too. Begun twice from one mention, it has one id."""
    return Insight(
        id=insight_id(mention.id),
        title=title,
        kind=kind,
        watch=mention.watch,
        heard=now,
        first=mention.at,
        theme=theme or next(iter(mention.analysis.themes), ""),
        team=team,
        language=mention.analysis.language,
    )


def with_voices(
    insight: Insight, known: Sequence[Voiced], more: Iterable[Voiced]
) -> tuple[Insight, list[Voiced]]:
    """The insight with those of `more` that are not `known` yet counted, and these.

    A person counts once, however often they say it; where nobody is named, each post is a person.
    A post that two watches heard counts once as well.
    """
    new = _not_among(known, more)
    fresh = {voice.who for voice in new} - {voice.who for voice in known}
    return (
        replace(
            insight,
            people=insight.people + len(fresh),
            posts=insight.posts + len(new),
            reach=insight.reach + sum(voice.reach for voice in new),
            first=min((insight.first, *(voice.at for voice in new))),
        ),
        new,
    )


def _not_among(known: Iterable[Voiced], more: Iterable[Voiced]) -> list[Voiced]:
    """What is new; what one author wrote at one moment, and another watch heard too, is not."""
    there, heard, new = set[str](), dict[tuple[str, datetime], str](), list[Voiced]()
    for voice in known:
        there.add(voice.id)
        heard.setdefault((voice.author, voice.at), voice.watch)
    for voice in more:
        watch = heard.setdefault((voice.author, voice.at), voice.watch)
        if voice.id in there or (voice.author and watch != voice.watch):
            continue
        there.add(voice.id)
        new.append(voice)
    return new
