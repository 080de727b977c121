"""Which adapter reads which folder of recorded payloads, and how it is set up for that."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from time import time
from typing import NamedTuple

from bot.config.sources import SourceKind
from bot.domain.mention import Post
from bot.sources import feeds
from bot.sources.instagram import read_media
from bot.sources.jetstream import read_event
from bot.sources.metathreads import read_threads
from bot.sources.moments import from_epoch
from bot.sources.pageposts import Place, read_comments, read_feed
from bot.sources.sent.files import UnreadableFile, opened
from bot.sources.skyposts import Facts, Profile, post_of
from bot.sources.skyrecords import read_record
from bot.sources.text import html_to_text, plain

Read = Callable[[Path, datetime], Sequence[Post]]


class Polled(NamedTuple):
    """A source whose every answer is one payload; but `stock` answers stand for some paths (a
    sign-in). `cursor` is where its poll begins, `known` how it names a post that is asked for."""

    kind: SourceKind
    settings: Mapping[str, object] = {}
    cursor: str | None = None
    stock: tuple[tuple[str, object], ...] = ()
    known: str = "1"


def long_ago(*terms: str) -> str:
    """The cursor of a search that knows no post of these terms since 2001."""
    return json.dumps({"known": {term: [1_000_000_000, 1_000_000_000] for term in terms}})


LONG_AGO = long_ago("lumo")

_SOCIAL = {"url": "https://social.example"}
_LEMMY = ("/nodeinfo", {"software": {"name": "lemmy", "version": "0.19"}})

_SIGNED_IN = ("Session", {"accessJwt": "a", "refreshJwt": "b"})

_REDDIT = f'{{"posts":{json.dumps(LONG_AGO)},"comments":{json.dumps(LONG_AGO)}}}'
_TOKEN = ("access_token", {"access_token": "a"})
_NO_VIDEOS: tuple[tuple[str, object], ...] = (
    ("/search", {"items": []}),
    ("/videos", {"items": []}),
)
_FOLLOWED = json.dumps(
    {
        "videos": LONG_AGO,
        "comments": LONG_AGO.replace("lumo", "1"),
        "followed": {"1": ["Lumo", int(time())]},
    }
)

POLLED: Mapping[str, tuple[Polled, ...]] = {
    "feeds": (Polled("feed", {"url": "https://social.example/feed"}),),
    "mastodon": (
        Polled(
            "mastodon",
            {"url": "https://social.example", "tags": ["lumo"]},
            '{"tags":{"lumo":{"newest":"1","anchor":"1"}}}',
        ),
        Polled("mastodon-search", {"url": "https://social.example"}, LONG_AGO),
    ),
    "hackernews": (Polled("hackernews"),),
    "lemmy": (
        Polled("lemmy", _SOCIAL, LONG_AGO, (_LEMMY,)),
        Polled("lemmy", _SOCIAL, stock=(_LEMMY, ("/search", {"posts": []}))),
    ),
    "discourse": (
        Polled("discourse", _SOCIAL, LONG_AGO.replace("lumo", "latest posts")),
        Polled("discourse", _SOCIAL, stock=(("/posts.json", {"latest_posts": []}),), known="1/1/1"),
    ),
    "stackexchange": (
        Polled("stackexchange", cursor=LONG_AGO),
        Polled("stackexchange", stock=(("/search", {"items": []}),)),
    ),
    "github": (
        Polled("github", cursor=LONG_AGO),
        Polled("github", stock=(("/search", {"items": []}),), known="maker/lumo/issues/1"),
    ),
    "bluesky": (
        Polled(
            "bluesky-search",
            {"account": "vigie.example"},
            LONG_AGO,
            (_SIGNED_IN,),
        ),
        Polled(
            "bluesky-search",
            {"account": "vigie.example"},
            stock=(_SIGNED_IN, ("searchPosts", {"posts": []})),
            known="at://did:plc:ada/app.bsky.feed.post/1",
        ),
    ),
    "appstore": (Polled("appstore", {"app": "1"}, stock=(("/lookup", {"results": []}),)),),
    "gdelt": (Polled("gdelt", cursor=LONG_AGO),),
    "reddit": (Polled("reddit", {"account": "a"}, _REDDIT, (_TOKEN,), known="t3_1"),),
    "youtube": (
        Polled("youtube", cursor=json.dumps({"videos": LONG_AGO})),
        Polled("youtube", cursor=_FOLLOWED, stock=_NO_VIDEOS),
    ),
    "x": (Polled("x", {"dollars_a_day": 1_000.0}, '{"newest":{"lumo":"1"}}'),),
}
"""By the folder's name; all folders that begin with "feeds" are feeds."""


def jetstream(path: Path, now: datetime) -> list[Post]:
    """All posts among the lines of a stream, as if each were looked for."""
    found: list[Post] = []
    for line in path.read_bytes().splitlines():
        event = read_event(line)
        if event and event.what == "posted":
            facts = Facts(Profile(event.did), from_epoch(event.at / 1e6))
            post = post_of(event.uri, read_record(event.record), facts, "jetstream", now)
            found += [post] if post else []
    return found


def meta(path: Path, now: datetime) -> Sequence[Post]:
    """The posts of one of Meta's answers; whose it is its name says alone."""
    body = path.read_bytes()
    whose, _, what = path.name.partition(".")
    match whose:
        case "threads":
            return read_threads(body, whose, now).posts
        case "instagram":
            return read_media(body, whose, now).posts
        case _ if what.startswith("comments."):
            return read_comments(body, whose, Place("1", "Lumo"), now).posts
    feed = read_feed(body, whose, now)
    return [*feed.posts, *(post for comments in feed.comments for post in comments.posts)]


def naughty(body: bytes) -> list[str]:
    """The texts of a list in JSON, or else the lines of a file."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = body.decode(errors="replace").splitlines()
    return [str(text) for text in found] if isinstance(found, list) else [str(found)]


def hostile(path: Path, now: datetime) -> list[Post]:
    """Each text of a list as it would be read out of HTML, and as it stands; all of them as items
    of a feed as well."""
    texts = naughty(path.read_bytes())
    items = "".join(f"<item><title>{escape(text)}</title></item>" for text in texts)
    body = f"<rss version='2.0'><channel><title>naughty</title>{items}</channel></rss>"
    in_feed = feeds.read_feed(body.encode(errors="replace"), "https://social.example/feed", "")
    shown = [f"text {html_to_text(text)} {plain(text)}" for text in texts]
    shown += [f"{item.title} {item.text}" for item in in_feed.items]
    return [
        Post(source="hostile", id=f"{n}", url="https://a.example", text=text, author="a", at=now)
        for n, text in enumerate(shown)
    ]


HANDED_IN: Mapping[str, Read] = {
    "bluesky_jetstream": jetstream,
    "jetstream": jetstream,
    "hostile_text": hostile,
    "meta": meta,
}
"""What comes over a socket, is no answer of anybody's, or one of several adapters'."""


def imported(path: Path, now: datetime) -> Sequence[Post]:
    """The posts of a file; none where it shows no text or no time of any."""
    try:
        with opened(path) as file:
            return [item for item in file.items("import", now, None) if isinstance(item, Post)]
    except UnreadableFile:
        return []


IMPORTED: Mapping[str, Read] = {"import_csv": imported, "import_jsonl": imported}
"""Files that are imported."""
