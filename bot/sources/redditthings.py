"""Reddit's listings (reddit.com/dev/api, "Listings" and "Things") as posts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from bot.domain.mention import Post
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.items import decoded, readable
from bot.sources.moments import from_epoch, settled
from bot.sources.text import html_parts, plain

_TAKEN_BACK = frozenset({"[deleted]", "[removed]"})


class _Thing(msgspec.Struct, frozen=True):
    """What kind of thing it is, by the letters that begin its name, and the thing."""

    kind: str
    data: msgspec.Raw = msgspec.Raw(b"{}")


class _Things(msgspec.Struct, frozen=True):
    children: tuple[msgspec.Raw, ...]
    after: str | None = None


class _Listing(msgspec.Struct, frozen=True):
    data: _Things


class _Submission(msgspec.Struct, frozen=True, kw_only=True):
    """A post (t3) or a comment (t1); a comment has the title of its post beside it."""

    name: str
    created_utc: float | None = None
    author: str | None = None
    permalink: str | None = None
    subreddit: str | None = None
    title: str | None = None
    link_title: str | None = None
    body: str | None = None
    body_html: str | None = None
    selftext: str | None = None
    selftext_html: str | None = None
    url: str | None = None
    is_self: bool | None = None
    link_id: str | None = None
    link_flair_text: str | None = None
    removed_by_category: str | None = None
    score: int | None = None
    num_comments: int | None = None

    @property
    def is_comment(self) -> bool:
        return self.name.startswith("t1_")

    @property
    def is_taken_back(self) -> bool:
        said = {self.author, self.body, self.selftext}
        return bool(self.removed_by_category) or not _TAKEN_BACK.isdisjoint(said)


class Listing(NamedTuple):
    """Posts and comments, newest first. `gone` are those that their authors or moderators took
    back, `more` what the next page is asked for by; `oldest` is how far back this one reaches."""

    posts: tuple[Post, ...]
    gone: tuple[str, ...]
    more: str
    oldest: datetime | None


def read_listing(
    body: bytes, source: str, now: datetime, site: str = "https://www.reddit.com"
) -> Listing:
    """What an answer lists; things that are no posts and no comments are left out. Raises
    SourceGarbled."""
    listed = decoded(body, _Listing, phrase("a listing of Reddit")).data
    things = readable(listed.children, _Thing, phrase("a thing of Reddit"))
    found = [thing.data for thing in things if thing.kind in ("t1", "t3")]
    submissions = [
        one
        for one in readable(found, _Submission, phrase("a post or a comment of Reddit"))
        if one.name
    ]
    return Listing(
        posts=tuple(_post(one, source, now, site) for one in submissions if not one.is_taken_back),
        gone=tuple(one.name for one in submissions if one.is_taken_back),
        more=listed.after or "",
        oldest=_oldest(submissions, now),
    )


def _oldest(submissions: Sequence[_Submission], now: datetime) -> datetime | None:
    return settled(from_epoch(submissions[-1].created_utc or 0), now) if submissions else None


def _post(one: _Submission, source: str, now: datetime, site: str) -> Post:
    author = " ".join(plain(one.author or "").split())[:100]
    said = html_parts((one.body_html if one.is_comment else one.selftext_html) or "", site)
    text = said.text or plain((one.body if one.is_comment else one.selftext) or "")
    leads_to = "" if one.is_comment or one.is_self else web_address(one.url or "", site)
    title = (one.link_title if one.is_comment else one.title) or ""
    filed = (plain(name or "")[:100] for name in (one.subreddit, one.link_flair_text))
    return Post(
        source=source,
        id=one.name,
        url=web_address(one.permalink or "", site),
        title=" ".join(plain(title).split())[:500],
        text=text,
        author=f"u/{author}" if author else "",
        author_url=web_address(f"{site}/user/{author}") if author else "",
        at=settled(from_epoch(one.created_utc or 0), now),
        engagement=max(one.score or 0, 0)
        + (0 if one.is_comment else max(one.num_comments or 0, 0)),
        thread=(one.link_id or "") if one.is_comment else "",
        links=tuple(dict.fromkeys(filter(None, (leads_to, *said.links)))),
        media=said.media,
        tags=tuple(dict.fromkeys(filter(None, filed))),
    )
