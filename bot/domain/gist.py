"""What a thread comes to: what is asked in it, by whom, what was answered, and what is open.

Extractive: every point is a sentence that somebody wrote, with the id of what it stands in. The
thread is one at a source (the brand answers) or one in Slack (whoever else writes answers).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, tzinfo

import msgspec
from msgspec.structs import replace

from bot.domain.analysis.sentiment import sentiment_of
from bot.domain.excerpt import shorten
from bot.domain.folding import fold, full_text, words_of
from bot.domain.mention import Post
from bot.domain.promised import promised_by
from bot.domain.sentences import (
    Act,
    is_complaint,
    is_decision,
    is_promise,
    is_question,
    is_wish,
    sentences,
    speaks_to,
)

MOST = 6
"""Points of one kind that a gist has."""

MOST_SAID = 3
"""Points that are told where nothing is asked."""

WORDS = 240
"""Characters of a point."""

BAD = -0.35
"""A sentence that feels worse complains, whatever its words."""

_ALIKE = 0.6

_RE = re.compile(r"^(?:(?:re|tr|fwd?|aw)\s*:\s*)+")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One post, or message, of a thread. `author` is how they are shown, `by` what tells them from
    others; it is `ours` where the brand wrote it. `to` are those that it speaks to, as `by` has
    them, `answers` the id of the entry that it answers (`""`: the thread)."""

    id: str
    by: str
    author: str
    at: datetime
    text: str
    url: str
    language: str = "unknown"
    ours: bool = False
    to: tuple[str, ...] = ()
    answers: str = ""


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence (`words`) out of an entry, and what it does (None: it stands for its entry).

    `likes` others asked much the same. `answered` is the entry that answers it, None where none
    does; `due` until when it was promised, where it says so.
    """

    act: Act | None
    words: str
    entry: Entry
    likes: int = 0
    answered: Entry | None = None
    due: datetime | None = None


class Gist(msgspec.Struct, frozen=True, kw_only=True):
    """What `entries` of so many `people` come to, each part in the order of time: what was `asked`
    (`asked_in_all` such), what of it all is `unanswered` (`unanswered_in_all` such, which `asked`
    need not hold), `answered`, `decided`, and `promised` without a word since. Where nothing is
    asked, `said` is what else the others wrote."""

    entries: int
    people: int
    asked: tuple[Point, ...] = ()
    asked_in_all: int = 0
    unanswered: tuple[Point, ...] = ()
    unanswered_in_all: int = 0
    answered: tuple[Point, ...] = ()
    decided: tuple[Point, ...] = ()
    promised: tuple[Point, ...] = ()
    said: tuple[Point, ...] = ()


def of_posts(
    posts: Iterable[Post], is_ours: Callable[[Post], bool], language: str
) -> tuple[Entry, ...]:
    """The posts of a thread at a source as entries, oldest first; those that do not tell their
    language are taken to be in `language`. A title that stands over several (“Re: …”) is none of
    the words of the later ones."""
    told: set[str] = set()
    entries: list[Entry] = []
    for post in sorted(posts, key=lambda post: post.at):
        subject = _RE.sub("", fold(post.title))
        is_new = subject not in told or not post.text.strip()
        told.add(subject)
        entries.append(
            Entry(
                id=post.id,
                by=_handle(post.author),
                author=post.author,
                at=post.at,
                text=full_text(post) if is_new else post.text,
                url=post.url,
                language=post.language or language,
                ours=is_ours(post),
                to=tuple(_handle(name) for name in post.handles),
                answers=post.thread,
            )
        )
    return tuple(entries)


def gist_of_exchange(entries: Sequence[Entry], zone: tzinfo, *, is_one_thread: bool = True) -> Gist:
    """What a thread at a source comes to: the others ask, the brand answers and promises. Where the
    entries are of several threads, what names nobody answers nobody."""
    ours = [entry for entry in entries if entry.ours]
    asked = _merged(_asked(entry) for entry in entries if not entry.ours)
    root = entries[0] if entries and is_one_thread else None
    asked = [replace(point, answered=_answer_of_ours(point, entries, root)) for point in asked]
    promised = _standing(ours, entries, zone)
    first = next((n for n, entry in enumerate(entries) if not entry.ours), len(entries))
    told = [_told(entry) for entry in entries[first:] if entry.ours and entry.text.strip()]
    if root is None:
        answers = {point.answered.id for point in asked if point.answered}
        told = [point for point in told if point.entry.id in answers]
    return _made(entries, asked, told, [], promised)


def gist_of_talk(entries: Sequence[Entry], zone: tzinfo) -> Gist:
    """What a thread among colleagues comes to: anybody asks, and anybody else answers."""
    asked = _merged(_asked(entry, complaints=False) for entry in entries)
    telling = [entry for entry in entries if not _only_asks(entry)]
    asked = [replace(point, answered=_answer_of_others(point, entries, telling)) for point in asked]
    answers = {point.answered.id: point.answered for point in asked if point.answered}
    decided = [
        _point("decision", words, entry)
        for entry in entries
        for words in sentences(entry.text)
        if is_decision(words)
    ]
    settled = {point.entry.id for point in decided}
    told = [_told(entry) for entry in answers.values() if entry.id not in settled]
    return _made(entries, asked, told, decided, _standing(entries, entries, zone))


def _made(
    entries: Sequence[Entry],
    asked: Sequence[Point],
    told: Sequence[Point],
    decided: Sequence[Point],
    promised: Sequence[Point],
) -> Gist:
    waiting = [point for point in asked if point.answered is None]
    return Gist(
        entries=len(entries),
        people=len({entry.by for entry in entries}),
        asked=_weightiest(asked),
        asked_in_all=len(asked),
        unanswered=_weightiest(waiting),
        unanswered_in_all=len(waiting),
        answered=_latest(told),
        decided=_latest(decided),
        promised=_latest(promised),
        said=() if asked else _said(entries, {point.entry.id for point in (*told, *decided)}),
    )


def _said(entries: Sequence[Entry], told: Collection[str]) -> tuple[Point, ...]:
    """What stands at the beginning and at the end, of others than the brand."""
    found = [one for one in entries if not one.ours and one.id not in told and one.text.strip()]
    shown = found if len(found) <= MOST_SAID else [*found[: MOST_SAID - 1], found[-1]]
    return tuple(_told(entry) for entry in shown)


def _asked(entry: Entry, *, complaints: bool = True) -> list[Point]:
    """What an entry asks, wants, or (where that is asked for) complains of, best first, one of each
    at most. One that does none of it, and begins nothing, has no point."""
    found: dict[Act, Point] = {}
    for words in sentences(entry.text):
        act = _act(words, entry.language)
        if act and (complaints or act != "complaint"):
            found.setdefault(
                act, _point(act, _whole(entry) if act == "complaint" else words, entry)
            )
    order: tuple[Act, ...] = ("question", "wish", "complaint")
    return [found[act] for act in order if act in found]


def _act(words: str, language: str) -> Act | None:
    if is_question(words):
        return "question"
    if is_wish(words):
        return "wish"
    if is_complaint(words) or _feels_bad(words, language):
        return "complaint"
    return None


def _whole(entry: Entry) -> str:
    """What an entry says: what is complained of seldom stands in the sentence that complains."""
    return " ".join(sentences(entry.text))


def _feels_bad(words: str, language: str) -> bool:
    felt = sentiment_of(words, language)
    return felt is not None and felt.score <= BAD


def _point(act: Act | None, words: str, entry: Entry) -> Point:
    return Point(act=act, words=shorten(words, WORDS), entry=entry)


def _told(entry: Entry) -> Point:
    """What an entry says, by its longest two sentences that follow each other."""
    lines = sentences(entry.text) or [entry.text]
    pairs = [" ".join(lines[place : place + 2]) for place in range(max(1, len(lines) - 1))]
    fitting = [pair for pair in pairs if len(pair) <= WORDS] or pairs
    return _point(None, max(fitting, key=len), entry)


def _merged(asked: Iterable[list[Point]]) -> list[Point]:
    """The points, the like ones of other people counted at the first."""
    kept: list[tuple[Point, frozenset[str], set[str]]] = []
    for points in asked:
        for point in points[:2]:
            words = frozenset(words_of(fold(point.words)))
            like = next((one for one in kept if _overlap(words, one[1]) >= _ALIKE), None)
            if like is None:
                kept.append((point, words, {point.entry.by}))
            else:
                like[2].add(point.entry.by)
    return [replace(point, likes=len(people) - 1) for point, _, people in kept]


def _overlap(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right) if left or right else 0.0


def _answer_of_ours(point: Point, entries: Sequence[Entry], root: Entry | None) -> Entry | None:
    """The brand's first entry after it that speaks to who asked: by name, or by what it answers;
    one that names nobody and answers the thread speaks to who began it, and to who wrote last."""
    before = point.entry
    for entry in _after(point.entry, entries):
        if not entry.ours:
            before = entry
        elif point.entry.by in _spoken_to(entry, before, entries, root):
            return entry
    return None


def _after(entry: Entry, entries: Sequence[Entry]) -> Sequence[Entry]:
    return entries[entries.index(entry) + 1 :]


def _spoken_to(
    entry: Entry, before: Entry, entries: Sequence[Entry], root: Entry | None
) -> set[str]:
    if entry.to:
        return set(entry.to)
    answered = next((one for one in entries if one.id == entry.answers), root)
    if answered is None:
        return set()
    return {answered.by, before.by} if answered is root else {answered.by}


def _answer_of_others(
    point: Point, entries: Sequence[Entry], telling: Sequence[Entry]
) -> Entry | None:
    """The first entry of somebody else after it, of those that are `telling` something, that names
    who asked; else the first of them."""
    asker, later = point.entry.by, {one.id for one in _after(point.entry, entries)}
    answers = [one for one in telling if one.by != asker and one.id in later]
    named = (one for one in answers if asker in one.to)
    return next(named, answers[0] if answers else None)


def _only_asks(entry: Entry) -> bool:
    return all(is_question(words) for words in sentences(entry.text))


def _standing(ours: Sequence[Entry], entries: Sequence[Entry], zone: tzinfo) -> list[Point]:
    """The promises after which their author wrote nothing more that is no promise itself: nobody
    has said since that they were kept."""
    last = {entry.by: entry for entry in ours}
    found: list[Point] = []
    for entry in ours:
        for words in sentences(entry.text):
            due = promised_by(words, entry.at, zone)
            if is_promise(words) or (entry.ours and due and speaks_to(words)):
                found.append(replace(_point("promise", words, entry), due=due))
    return [point for point in found if last[point.entry.by].id == point.entry.id]


def _weightiest(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points that most people made, questions and wishes before complaints; in the order of
    time. The first of all is among them."""
    rank = {"question": 0, "wish": 0, "complaint": 1}
    ranked = sorted(
        points[1:],
        key=lambda point: (
            rank.get(point.act or "", 2),
            -point.likes,
            point.answered is not None,
            point.entry.at,
        ),
    )
    return _in_time([*points[:1], *ranked[: MOST - 1]])


def _latest(points: Sequence[Point]) -> tuple[Point, ...]:
    return _in_time(sorted(points, key=lambda point: point.entry.at)[-MOST:])


def _in_time(points: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(sorted(points, key=lambda point: point.entry.at))


def _handle(name: str) -> str:
    """A name as it is compared: without its sign and its server."""
    return name.lstrip("@").partition("@")[0].casefold()
