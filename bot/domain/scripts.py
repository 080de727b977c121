"""What a drill plays: a crisis, post by post, as it is written down before anybody rehearses it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from bot.domain.folding import fold, words_of
from bot.errors import ConversationError

Expects = Literal["answer", "dismiss", "nothing"]
"""What a post wants of the team: an *answer*; to be told *dismiss*ed, as it is not about the brand;
or *nothing*, as answering it makes it worse (a troll, a joke, a fan who defends the brand)."""

MOST_POSTS = 40
LONGEST = 120.0
"""Minutes of a script."""

LENGTH = 30.0
"""Minutes into which what happened once is brought, however long it took."""

QUIET = 5.0
"""Minutes after the last post of what happened once, in which there is time to answer it."""


_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[^\s@]+@[^\s@]+\.[^\s@.]+")
_HANDLE = re.compile(r"(?<!\w)@[\w][\w.\-]*(?:@[\w.\-]+)?|(?<!\w)/?u/[\w\-]+")


class ScriptPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post that is shown so many minutes after the beginning. One that was made of a real one has
    the id of its `mention`, and no words: they are read where they are kept, for as long as they
    are, and its author goes by a name that says nothing."""

    minute: float
    author: str
    language: str
    text: str = ""
    source: str = ""
    followers: int | None = None
    expects: Expects = "answer"
    mention: str = ""


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A crisis of so many `minutes`, that ends some time after its last post. `situation` is told
    at the beginning, `playbook` is the name of the one that fits it (`""`: none)."""

    name: str
    title: str
    situation: str
    language: str
    minutes: float
    posts: tuple[ScriptPost, ...]
    playbook: str = ""


class KeptScript(msgspec.Struct, frozen=True, kw_only=True):
    """One that was made of an alert, by whom and when."""

    script: Script
    alert: str
    by: str
    made: datetime


class ScriptFault(ValueError):
    """A script that cannot be played; the words say why."""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    situation: str
    minutes: float
    posts: tuple[ScriptPost, ...]
    playbook: str = ""


def script_in(text: str, name: str, language: str) -> Script:
    """The script that is written in TOML. Raises ScriptFault."""
    try:
        raw = tomllib.loads(text)
        posts = raw.get("posts")
        if isinstance(posts, list):
            raw["posts"] = [_with_language(post, language) for post in posts]
        read = msgspec.convert(raw, _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ScriptFault(str(error)) from error
    return checked(
        Script(
            name=name,
            title=read.title,
            situation=read.situation.strip(),
            language=language,
            minutes=read.minutes,
            posts=read.posts,
            playbook=read.playbook,
        )
    )


def checked(script: Script) -> Script:
    """The script. Raises ScriptFault where it cannot be played."""
    minutes = [post.minute for post in script.posts]
    if not 1 <= len(minutes) <= MOST_POSTS:
        raise ScriptFault(f"has 1 to {MOST_POSTS} posts")
    if not 0 < script.minutes <= LONGEST:
        raise ScriptFault(f"is of {LONGEST:g} minutes at most")
    if minutes != sorted(minutes) or minutes[0] < 0 or minutes[-1] >= script.minutes:
        raise ScriptFault("has its posts in their order, within its minutes")
    if not all(post.text.strip() or post.mention for post in script.posts):
        raise ScriptFault("has a post that says nothing")
    return script


def named(written: str, scripts: Iterable[Script]) -> str:
    """The name of the script that is meant by its name, its title or a part of either, in any of
    its languages. Raises ConversationError where none or several could be."""
    wanted = fold(written).replace(" ", "-").strip("-")
    known: dict[str, list[str]] = {}
    for script in scripts:
        called = fold(f"{script.name} {script.title}").replace(" ", "-")
        known.setdefault(script.name, []).append(called)
    if wanted in known:
        return wanted
    found = [name for name, called in known.items() if any(wanted in one for one in called)]
    if len(found) != 1 or not wanted:
        raise ConversationError("Which drill? `/vigie drill list` shows those that there are.")
    return found[0]


def key_of(written: str) -> str:
    """The name by which a script that is called so is kept, and typed."""
    return "-".join(words_of(written))[:60] or "drill"


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A mention of a past alert, as far as a script is made of it; `expects` is what it turned out
    to want."""

    mention: str
    at: datetime
    author: str
    language: str
    source: str
    followers: int | None = None
    expects: Expects = "answer"


def remade(
    heard: Sequence[Heard],
    *,
    name: str,
    title: str,
    situation: str,
    voices: str,
    playbook: str = "",
) -> Script:
    """A script of what happened once: its posts in their order, at their pace within half an hour,
    by authors of whom nothing is told but that they are the same. `voices` is how these are called,
    `{n}` being a number. Raises ScriptFault where there is nothing to play."""
    posts = sorted(heard, key=lambda one: (one.at, one.mention))[:MOST_POSTS]
    if not posts:
        raise ScriptFault("has no posts")
    first, last = posts[0].at, posts[-1].at
    pace = (LENGTH - QUIET) / max((last - first) / timedelta(minutes=1), LENGTH - QUIET)
    called = _called(posts, voices)
    return checked(
        Script(
            name=name,
            title=title,
            situation=situation,
            language=posts[0].language,
            minutes=LENGTH,
            playbook=playbook,
            posts=tuple(
                ScriptPost(
                    minute=round((one.at - first) / timedelta(minutes=1) * pace, 2),
                    author=called[one.author],
                    language=one.language,
                    source=one.source,
                    followers=_roughly(one.followers),
                    expects=one.expects,
                    mention=one.mention,
                )
                for one in posts
            ),
        )
    )


def without_names(text: str) -> str:
    """What a real post says, without the people and the places that it names by address."""
    return _ADDRESS.sub("…", _HANDLE.sub("@…", text))


def _called(posts: Sequence[Heard], voices: str) -> dict[str, str]:
    authors = dict.fromkeys(one.author for one in posts)
    return {author: voices.format(n=number) for number, author in enumerate(authors, start=1)}


def _roughly(followers: int | None) -> int | None:
    """A number of followers that does not tell who it is: its first digit."""
    if not followers:
        return followers
    size = 10 ** (len(str(followers)) - 1)
    return int(followers // size * size)


def _with_language(post: object, language: str) -> object:
    return {"language": language, **post} if isinstance(post, dict) else post
