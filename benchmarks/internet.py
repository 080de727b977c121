"""A small bad internet on loopback: places with what people wrote there, and all that goes wrong.

Every post is written at a time, appears later, may be edited, renamed or taken back. Places go
down, answer with nonsense, count requests and refuse them each in its own dialect, and one search
stops taking posts in for 36 hours and then fills itself in. Each place shows nothing at all for
some hours, with status 200.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any

from aiohttp import web

NOUNS = ("lamp", "shade", "cable", "switch", "bulb", "stand", "app", "timer", "box", "manual")
VERBS = ("hums", "glows", "arrived", "broke", "shines", "wobbles", "sparkles", "fell", "waits")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass
class Written:
    """A post: its number, when it was written, and what happened to it from when on."""

    number: int
    at: datetime
    appears: datetime
    text: str
    edited: datetime | None = None
    renamed: datetime | None = None
    gone: datetime | None = None

    @property
    def author(self) -> str:
        return f"person{self.number % 9}"

    def says(self, now: datetime) -> str:
        return f"{self.text} (edited)" if self.edited and now >= self.edited else self.text

    def is_there(self, now: datetime) -> bool:
        return self.appears <= now and (self.gone is None or now < self.gone)


@dataclass
class Limit:
    """So many requests in so much time; `told` is how an answer tells it."""

    requests: int
    within: timedelta
    told: Callable[[int, int, datetime, datetime], dict[str, str]]
    asked: deque[datetime] = field(default_factory=deque)
    most: int = 0

    def count(self, now: datetime) -> int:
        """One more request; how many are left."""
        while self.asked and self.asked[0] <= now - self.within:
            self.asked.popleft()
        self.asked.append(now)
        self.most = max(self.most, len(self.asked))
        return self.requests - len(self.asked)

    def anew(self, now: datetime) -> datetime:
        """When there is room again."""
        return (self.asked[0] if self.asked else now) + self.within


def iso(most: int, left: int, anew: datetime, now: datetime) -> dict[str, str]:
    """Mastodon's dialect."""
    reset = f"{anew:%Y-%m-%dT%H:%M:%S.000Z}"
    return _headers("X-RateLimit", most, left) | {"X-RateLimit-Reset": reset}


def epoch(most: int, left: int, anew: datetime, now: datetime) -> dict[str, str]:
    """GitHub's and X's."""
    return _headers("x-ratelimit", most, left) | {"x-ratelimit-reset": f"{anew.timestamp():.0f}"}


def seconds_left(most: int, left: int, anew: datetime, now: datetime) -> dict[str, str]:
    """Reddit's: fractions, and no limit told."""
    wait = max(0.0, (anew - now).total_seconds())
    return {"x-ratelimit-remaining": f"{max(left, 0):.1f}", "x-ratelimit-reset": f"{wait:.0f}"}


def http_date(most: int, left: int, anew: datetime, now: datetime) -> dict[str, str]:
    """A web server's: nothing until it is too late, and then a date."""
    return {"Retry-After": format_datetime(anew.astimezone(UTC), usegmt=True)} if left < 0 else {}


def nothing(most: int, left: int, anew: datetime, now: datetime) -> dict[str, str]:
    """Hacker News' search tells nothing at all."""
    return {}


def _headers(name: str, most: int, left: int) -> dict[str, str]:
    return {f"{name}-Limit": str(most), f"{name}-Remaining": str(max(left, 0))}


@dataclass
class Place:
    """A place on loopback; `answer` is how its kind answers a request."""

    name: str
    limit: Limit
    answer: Callable[[Place, web.BaseRequest], dict[str, Any] | list[Any] | str | web.Response]
    chance: random.Random
    posts: list[Written] = field(default_factory=list)
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    hidden: tuple[datetime, datetime] | None = None
    now: datetime = datetime(2026, 11, 2, tzinfo=UTC)
    asked: Counter[str] = field(default_factory=Counter)
    url: str = ""

    def there(self) -> list[Written]:
        """What stands there now, newest first; nothing while it is hidden."""
        if self.hides:
            return []
        found = [post for post in self.posts if post.is_there(self.now)]
        return sorted(found, key=lambda post: (post.at, post.number), reverse=True)

    @property
    def hides(self) -> bool:
        """Whether it answers as if there were nothing, as places do that block somebody."""
        return self.hidden is not None and self.hidden[0] <= self.now < self.hidden[1]

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """An answer, or what comes in its stead."""
        self.asked["requests"] += 1
        if any(since <= self.now < until for since, until in self.outages):
            self.asked["during an outage"] += 1
            if self.chance.random() < 0.5 and request.transport:
                request.transport.close()
            return web.Response(status=503, text="down")
        left = self.limit.count(self.now)
        headers = self.limit.told(self.limit.requests, left, self.limit.anew(self.now), self.now)
        if left < 0:
            self.asked["beyond the limit"] += 1
            return web.Response(status=429, headers=headers, text="too many requests")
        if self.chance.random() < 0.02:
            self.asked["refused for no reason"] += 1
            return web.Response(status=429, headers={"Retry-After": "120"}, text="busy")
        if self.chance.random() < 0.03:
            self.asked["faults"] += 1
            return self._fault()
        return self._sent(self.answer(self, request), headers)

    def _fault(self) -> web.Response:
        nonsense = [b"", b"<html>Just a moment...</html>", b'{"half": [1, 2', b"\x1f\x8bnot gzip"]
        if self.chance.random() < 0.5:
            return web.Response(status=self.chance.choice([500, 502, 504]))
        return web.Response(body=self.chance.choice(nonsense), content_type="text/html")

    def _sent(self, answer: Any, headers: dict[str, str]) -> web.Response:
        if isinstance(answer, web.Response):
            answer.headers.update(headers)
            return answer
        if isinstance(answer, str):
            return web.Response(text=answer, content_type="application/rss+xml", headers=headers)
        body = json.dumps(answer).encode()
        if self.name == "Stack Exchange":
            headers = {**headers, "Content-Encoding": "gzip"}
            body = gzip.compress(body)
        return web.Response(body=body, content_type="application/json", headers=headers)


def a_week(place: Place, start: datetime, days: int, a_day: int) -> None:
    """Fill a place with so many posts a day, and with what happens to them."""
    chance = place.chance
    for number in range(days * a_day):
        at = start + chance.random() * days * timedelta(days=1)
        at = at.replace(microsecond=0)
        late = chance.choice([0, 0, 0, 1, 5, 30]) * MINUTE
        words = f"lumo {chance.choice(NOUNS)} {chance.choice(VERBS)}, {place.name} no {number}"
        post = Written(number, at, at + late, words)
        match chance.randrange(10):
            case 0:
                post.edited = post.appears + chance.randrange(5, 60) * MINUTE
            case 1:
                post.renamed = post.appears + chance.randrange(20, 300) * MINUTE
            case 2:
                post.gone = post.appears + chance.randrange(20, 600) * MINUTE
        place.posts.append(post)
    since = start + (0.5 + chance.random() / 4) * days * timedelta(days=1)
    place.hidden = (since, since + 5 * HOUR)
    place.outages = [
        (since := start + chance.random() * days * timedelta(days=1), since + hours * HOUR)
        for hours in (1, 3, 6)
    ]


def stands_still(place: Place, since: datetime, until: datetime) -> None:
    """What was written in a time appears only at its end, all at once."""
    for post in place.posts:
        if since <= post.at < until:
            post.appears = until
            post.gone = post.edited = None


def feed(place: Place, request: web.BaseRequest) -> web.Response:
    """The newest fifty as RSS, with an ETag; some are called otherwise from some time on."""
    items = list(_items(place))
    etag = f'"{hash(tuple(items)) & 0xFFFFFFFF:x}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    body = f"<rss version='2.0'><channel><title>Blog</title>{''.join(items)}</channel></rss>"
    headers = {"ETag": etag, "Content-Type": "application/rss+xml; charset=utf-8"}
    return web.Response(body=body.encode(), headers=headers)


def _items(place: Place) -> Iterator[str]:
    for post in place.there()[:50]:
        again = bool(post.renamed and place.now >= post.renamed)
        guid = f"tag:blog,2026:{post.number}" if again else f"post-{post.number}"
        scheme = "https" if again else "http"
        tail = "/?utm_source=rss" if again else ""
        yield (
            f"<item><title>Post {post.number}</title><guid isPermaLink='false'>{guid}</guid>"
            f"<link>{scheme}://blog.example/{post.number}{tail}</link>"
            f"<pubDate>{format_datetime(post.at)}</pubDate>"
            f"<description>{escape(post.says(place.now))}</description></item>"
        )


def mastodon(place: Place, request: web.BaseRequest) -> Any:
    """A hashtag's timeline by ids that grow as posts arrive; the rest is not found."""
    if "/timelines/tag/" not in request.path:
        return web.Response(status=404, text="{}", content_type="application/json")
    arrived = sorted(place.posts, key=lambda post: (post.appears, post.number))
    ids = {post.number: 1000 + place_in for place_in, post in enumerate(arrived)}
    there = place.there()
    listed = [post for post in reversed(arrived) if post in there]
    query, most = request.query, int(request.query.get("limit", "20"))
    if after := query.get("min_id"):
        found = [post for post in listed if ids[post.number] > int(after)][-most:]
    elif before := query.get("max_id"):
        found = [post for post in listed if ids[post.number] < int(before)][:most]
    else:
        found = listed[:most]
    return [
        {
            "id": str(ids[post.number]),
            "uri": f"https://social.example/{post.number}",
            "url": f"https://social.example/@ada/{post.number}",
            "created_at": f"{post.at:%Y-%m-%dT%H:%M:%S}.000Z",
            "content": f"<p>{post.says(place.now)}</p>",
            "visibility": "public",
            "account": {"acct": post.author, "url": "https://social.example/@ada"},
        }
        for post in found
    ]


def hacker_news(place: Place, request: web.BaseRequest) -> dict[str, Any]:
    """The search by date."""
    since, until = 0, 2**40
    for bound in request.query.get("numericFilters", "").split(","):
        if bound.startswith("created_at_i>="):
            since = int(bound.removeprefix("created_at_i>="))
        elif bound.startswith("created_at_i<="):
            until = int(bound.removeprefix("created_at_i<="))
    found = [post for post in place.there() if since <= post.at.timestamp() <= until]
    most = int(request.query.get("hitsPerPage", "20"))
    return {
        "hits": [
            {
                "objectID": str(post.number),
                "created_at_i": int(post.at.timestamp()),
                "author": post.author,
                "title": "Lamps",
                "story_text": post.says(place.now),
            }
            for post in found[:most]
        ],
        "nbHits": len(found),
    }


def reddit(place: Place, request: web.BaseRequest) -> dict[str, Any]:
    """A listing by `after`, which what was taken back is not on any more."""
    if request.path.endswith("access_token"):
        return {"access_token": "a", "expires_in": 86_400}
    listed = place.there()
    after = request.query.get("after", "")
    names = [f"t3_{post.number}" for post in listed]
    begin = names.index(after) + 1 if after in names else 0
    page = listed[begin : begin + 25]
    more = f"t3_{page[-1].number}" if page and begin + 25 < len(listed) else None
    children = [
        {
            "kind": "t3",
            "data": {
                "name": f"t3_{post.number}",
                "created_utc": post.at.timestamp(),
                "author": post.author,
                "title": f"Post {post.number}",
                "selftext": post.says(place.now),
                "permalink": f"/r/lamps/{post.number}",
                "is_self": True,
            },
        }
        for post in page
    ]
    return {"kind": "Listing", "data": {"children": children, "after": more}}


def github(place: Place, request: web.BaseRequest) -> dict[str, Any]:
    """The search of issues between two times; one in ten does not finish in time."""
    asked = next(w for w in request.query["q"].split() if w.startswith("created:"))
    since, _, until = asked.removeprefix("created:").partition("..")
    from_, to = datetime.fromisoformat(since), datetime.max.replace(tzinfo=UTC)
    if until != "*":
        to = datetime.fromisoformat(until)
    found = [post for post in place.there() if from_ <= post.at <= to]
    most = int(request.query["per_page"])
    cut = place.chance.random() < 0.1
    return {
        "total_count": len(found),
        "incomplete_results": cut,
        "items": [
            {
                "node_id": f"I_{post.number}",
                "html_url": f"https://github.com/a/b/issues/{post.number}",
                "title": f"Issue {post.number}",
                "body": post.says(place.now),
                "created_at": f"{post.at:%Y-%m-%dT%H:%M:%SZ}",
                "user": {"login": post.author},
            }
            for post in found[: most // (2 if cut else 1)]
        ],
    }


def stack_exchange(place: Place, request: web.BaseRequest) -> dict[str, Any]:
    """The search of excerpts, and posts by their ids; now and then it asks for a pause."""
    wishes: dict[str, Any] = {"quota_max": 10_000, "quota_remaining": 9_000}
    if place.chance.random() < 0.1:
        wishes["backoff"] = 600
    if "/posts/" in request.path:
        ids = {int(id) for id in request.path.rpartition("/")[2].split(";")}
        there = [post for post in place.there() if post.number in ids]
        told = [
            {"post_id": post.number, "body": post.says(place.now), "title": f"Q {post.number}"}
            for post in there
        ]
        return {"items": told, "has_more": False, **wishes}
    since, page = int(request.query["fromdate"]), int(request.query["page"])
    found = [post for post in place.there() if post.at.timestamp() >= since]
    part = found[(page - 1) * 100 : page * 100]
    items = [
        {
            "item_type": "question",
            "question_id": post.number,
            "title": f"Q {post.number}",
            "excerpt": post.says(place.now),
            "body": post.says(place.now),
            "creation_date": int(post.at.timestamp()),
        }
        for post in part
    ]
    return {"items": items, "has_more": len(found) > page * 100, **wishes}


def places(seed: int) -> dict[str, Place]:
    """One of each kind, with the limits that its service documents, by the source's kind."""
    return {
        "feed": Place("A blog", Limit(60, HOUR, http_date), feed, _chance(seed, 1)),
        "mastodon": Place("Mastodon", Limit(300, 5 * MINUTE, iso), mastodon, _chance(seed, 2)),
        "hackernews": Place(
            "Hacker News", Limit(10_000, HOUR, nothing), hacker_news, _chance(seed, 3)
        ),
        "reddit": Place(
            "Reddit", Limit(1_000, 10 * MINUTE, seconds_left), reddit, _chance(seed, 4)
        ),
        "github": Place("GitHub", Limit(10, MINUTE, epoch), github, _chance(seed, 5)),
        "stackexchange": Place(
            "Stack Exchange", Limit(300, 24 * HOUR, nothing), stack_exchange, _chance(seed, 6)
        ),
    }


def _chance(seed: int, number: int) -> random.Random:
    return random.Random(seed * 100 + number)


async def open_up(place: Place, running: AsyncExitStack) -> None:
    """Serve a place on a port of its own, until the stack is closed."""
    server = web.Server(place.handle)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    running.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    place.url = f"http://{host}:{port}"
