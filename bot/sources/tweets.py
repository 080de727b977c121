"""X's posts (docs.x.com, "Post object" and "User object") as ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import NamedTuple

import msgspec

from bot.domain.mention import Post
from bot.errors import SourceGarbled
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.items import UNREADABLE, decoded, readable
from bot.sources.moments import from_iso, settled
from bot.sources.text import plain

_FIRST = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
"""When ids began to tell the time: in milliseconds since, above their lowest 22 bits."""

_TIME_BITS = 22
_GONE = frozenset({"resource-not-found", "not-authorized-for-resource"})
"""Deleted; and of accounts that are suspended or not public any more, of which nothing may be shown
(github.com/HunterLarco/twitter-v2, issue 26)."""

_NUMBER = re.compile(r"[1-9][0-9]{0,19}")


class _Link(msgspec.Struct, frozen=True):
    expanded_url: str | None = None
    unwound_url: str | None = None


class _Named(msgspec.Struct, frozen=True):
    username: str | None = None
    tag: str | None = None


class _Entities(msgspec.Struct, frozen=True):
    urls: tuple[_Link, ...] = ()
    mentions: tuple[_Named, ...] = ()
    hashtags: tuple[_Named, ...] = ()


class _Note(msgspec.Struct, frozen=True):
    """What a post of more than 280 characters says in full."""

    text: str = ""
    entities: _Entities | None = None


class _Counts(msgspec.Struct, frozen=True):
    like_count: int | None = None
    reply_count: int | None = None
    retweet_count: int | None = None
    quote_count: int | None = None
    followers_count: int | None = None


class _Reference(msgspec.Struct, frozen=True):
    type: str = ""


class Tweet(msgspec.Struct, frozen=True, kw_only=True):
    """A post of X. Each edit has an id of its own; the first of `edits` is that of all."""

    id: str | int
    text: str = ""
    created_at: str | None = None
    author_id: str | int | None = None
    lang: str | None = None
    conversation_id: str | int | None = None
    edits: tuple[str | int, ...] = msgspec.field(name="edit_history_tweet_ids", default=())
    public_metrics: _Counts | None = None
    entities: _Entities | None = None
    note_tweet: _Note | None = None
    referenced_tweets: tuple[_Reference, ...] = ()

    @property
    def first_id(self) -> str:
        return str(self.edits[0] if self.edits else self.id)

    @property
    def is_reshare(self) -> bool:
        return any(one.type == "retweeted" for one in self.referenced_tweets)


class _User(msgspec.Struct, frozen=True):
    id: str | int
    username: str = ""
    public_metrics: _Counts | None = None


class _Includes(msgspec.Struct, frozen=True):
    users: tuple[msgspec.Raw, ...] = ()


class _Meta(msgspec.Struct, frozen=True):
    newest_id: str | None = None
    oldest_id: str | None = None
    next_token: str | None = None


class _Fault(msgspec.Struct, frozen=True):
    """Why something is missing; which post that is, older answers say in `value` alone."""

    type: str = ""
    resource_id: str | None = None
    value: str | None = None


class _Answer(msgspec.Struct, frozen=True):
    data: tuple[msgspec.Raw, ...] = ()
    includes: _Includes | None = None
    meta: _Meta | None = None
    errors: tuple[msgspec.Raw, ...] = ()


class TweetPage(NamedTuple):
    """What an answer holds. `paid_posts` and `paid_users` are counted as they are billed, whether
    they could be read or not; `newest` and `more` are the id and the token to go on by; `gone` are
    the ids of what X shows nobody any more."""

    posts: tuple[Post, ...]
    paid_posts: int
    paid_users: int
    newest: str = ""
    more: str = ""
    gone: tuple[str, ...] = ()


def read_tweets(body: bytes, source: str, now: datetime, site: str = "https://x.com") -> TweetPage:
    """A page of a search or of a look-up. Reshares are left out. Raises SourceGarbled."""
    answer = decoded(body, _Answer, phrase("what X answers"))
    if not (answer.data or answer.meta or answer.errors):  # where nothing is found, that is said
        raise SourceGarbled("The answer is not {what}.", what=phrase("what X answers"))
    raw_users = answer.includes.users if answer.includes else ()
    meta = answer.meta or _Meta()
    tweets = readable(answer.data, Tweet, phrase("a post of X"))
    users = _users(raw_users)
    return TweetPage(
        posts=tuple(
            _post(tweet, users.get(str(tweet.author_id)), source, now, site)
            for tweet in tweets
            if tweet.first_id and not tweet.is_reshare
        ),
        paid_posts=len(answer.data),
        paid_users=len(raw_users),
        newest=_id(meta.newest_id),
        more=meta.next_token or "",
        gone=_gone(answer.errors),
    )


def written(id: str) -> datetime | None:
    """When the post of an id was written, None where the id does not tell."""
    try:
        return _FIRST + timedelta(milliseconds=int(_id(id)) >> _TIME_BITS)
    except (ValueError, OverflowError):
        return None


def id_at(at: datetime) -> str:
    """The id that a post of this time would have, at the least."""
    passed = (at - _FIRST) // timedelta(milliseconds=1)
    return str(max(passed, 0) << _TIME_BITS)


def _id(text: str | None) -> str:
    """An id as X writes them: a number of 64 bits; `""` for anything else."""
    return text if text and _NUMBER.fullmatch(text) else ""


def _users(raw: Sequence[msgspec.Raw]) -> dict[str, _User]:
    found: dict[str, _User] = {}
    for item in raw:
        try:
            user = msgspec.json.decode(item, type=_User, strict=False)
        except UNREADABLE:
            continue
        found[str(user.id)] = user
    return found


def _gone(raw: Sequence[msgspec.Raw]) -> tuple[str, ...]:
    found: list[str] = []
    for item in raw:
        try:
            fault = msgspec.json.decode(item, type=_Fault, strict=False)
        except UNREADABLE:
            continue
        id = fault.resource_id or fault.value
        if id and fault.type.rpartition("/")[2] in _GONE:
            found.append(id)
    return tuple(found)


def _post(tweet: Tweet, user: _User | None, source: str, now: datetime, site: str) -> Post:
    name = plain(user.username)[:50] if user else ""
    counts = user.public_metrics if user else None
    conversation = str(tweet.conversation_id or "")
    note = tweet.note_tweet or _Note()
    entities = note.entities or tweet.entities or _Entities()
    return Post(
        source=source,
        id=tweet.first_id,
        url=web_address(f"{site}/{name or 'i/web'}/status/{tweet.id}"),
        text=plain(unescape(note.text or tweet.text)),
        author=f"@{name}" if name else "",
        author_url=web_address(f"{site}/{name}") if name else "",
        at=settled(from_iso(tweet.created_at or "") or written(tweet.first_id), now),
        language=_language(tweet.lang),
        followers=max(counts.followers_count or 0, 0) if counts else None,
        engagement=_engagement(tweet.public_metrics or _Counts()),
        thread="" if conversation in (tweet.first_id, str(tweet.id)) else conversation,
        local_id=str(tweet.id),
        links=_links(entities),
        handles=_names(one.username for one in entities.mentions),
        tags=_names(one.tag for one in entities.hashtags),
    )


def _language(lang: str | None) -> str | None:
    """X's own tags for what is no language (`und`, `qme`, `zxx` …) are none."""
    return lang[:20] if lang and len(lang.partition("-")[0]) == 2 else None


def _engagement(counts: _Counts) -> int:
    each = (counts.like_count, counts.reply_count, counts.retweet_count, counts.quote_count)
    return sum(max(count or 0, 0) for count in each)


def _links(entities: _Entities) -> tuple[str, ...]:
    found = (web_address(one.unwound_url or one.expanded_url or "") for one in entities.urls)
    return tuple(dict.fromkeys(filter(None, found)))


def _names(names: Iterable[str | None]) -> tuple[str, ...]:
    cleaned = (plain(name or "")[:100] for name in names)
    return tuple(dict.fromkeys(filter(None, cleaned)))
