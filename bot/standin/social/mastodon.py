"""A Mastodon server, as far as reading hashtag timelines and threads goes
(docs.joinmastodon.org/methods)."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice

from aiohttp import web

from bot.standin.social import statuses, timelines
from bot.standin.social.loopback import Handler, Routes
from bot.standin.social.place import Place
from bot.standin.social.posts import MASTODON, Draft, PlaceKind, Published

_WINDOW = timedelta(minutes=5)

# What is shown around a status to who is not signed in
# (github.com/mastodon/mastodon, app/controllers/api/v1/statuses/contexts_controller.rb).
_MOST_ABOVE = 40
_MOST_BELOW = 60
_DEEPEST = 20


class Mastodon(Place):
    """`rate_limit` is how many API requests it takes in five minutes; real servers take 300."""

    name = MASTODON
    kind: PlaceKind = "mastodon"

    def __init__(self, clock: Callable[[], datetime], rate_limit: int = 300) -> None:
        super().__init__()
        self.rate_limit = rate_limit
        self._clock = clock
        self._timelines: dict[str, list[int]] = {}
        self._taken: set[int] = set()
        self._spent: Counter[datetime] = Counter()

    def routes(self) -> Routes:
        return [
            ("/api/v1/timelines/tag/{tag}", self._limited(self._timeline)),
            ("/api/v1/statuses/{id}", self._limited(self._status)),
            ("/api/v1/statuses/{id}/context", self._limited(self._context)),
            ("/api/v2/instance", self._limited(self._instance)),
            ("/@{handle}/{id}", self.show),
        ]

    def is_asked_again(self, request: web.Request) -> bool:
        """A timeline is of one tag; who has read it walks forward from what he knows."""
        return request.match_info.get("tag", "").lower() == "lumo" and "min_id" in request.query

    def new_id(self, at: datetime) -> str:
        """A snowflake: 48 bits of milliseconds since 1970, 16 bits to tell posts apart."""
        id = int(at.timestamp() * 1000) << 16
        while id in self._taken:
            id += 1
        self._taken.add(id)
        return str(id)

    def url_of(self, id: str, draft: Draft) -> str:
        return f"{self.url}/@{draft.author.handle}/{id}"

    def publish(self, draft: Draft, at: datetime) -> Published:
        post = super().publish(draft, at)
        for tag in {statuses.folded(tag) for tag in statuses.tags(draft.text)}:
            insort(self._timelines.setdefault(tag, []), int(post.id))
        return post

    async def _timeline(self, request: web.Request) -> web.Response:
        tagged = self._timelines.get(statuses.folded(request.match_info["tag"]), [])
        ids = [id for id in tagged if str(id) not in self.gone] if self.gone else tagged
        shown = timelines.page(ids, timelines.cursor(request.query))
        url = f"{self.url}/api/v1/timelines/tag/{request.match_info['tag']}"
        link = timelines.links(url, shown, request.query)
        return web.json_response(
            [self._entity(self.resolve(str(id))) for id in shown],
            headers={"Link": link} if link else None,
        )

    async def _status(self, request: web.Request) -> web.Response:
        return self._told(request, self._entity)

    async def _context(self, request: web.Request) -> web.Response:
        return self._told(request, self._around)

    def _told(
        self, request: web.Request, tell: Callable[[Published], Mapping[str, object]]
    ) -> web.Response:
        """What there is to tell of the status whose id is in the path."""
        try:
            post = self.resolve(request.match_info["id"])
        except KeyError:
            return web.json_response({"error": "Record not found"}, status=404)
        return web.json_response(tell(post))

    def _around(self, post: Published) -> dict[str, object]:
        """The context entity of a status (docs.joinmastodon.org/entities/Context)."""
        above, below = self.above(post)[-_MOST_ABOVE:], self.below(post, _DEEPEST)
        return {
            "ancestors": [self._entity(one) for one in above],
            "descendants": [self._entity(one) for one in islice(below, _MOST_BELOW)],
        }

    async def _instance(self, _: web.Request) -> web.Response:
        feeds = {"local": "public", "remote": "public"}
        return web.json_response(
            {
                "domain": self.name,
                "title": "lumen.social",
                "version": "4.5.0",
                "description": "A made-up server for made-up people.",
                "languages": ["en", "fr"],
                "configuration": {
                    "statuses": {"max_characters": 500},
                    "timelines_access": {"live_feeds": feeds, "hashtag_feeds": feeds},
                },
                "api_versions": {"mastodon": 7},
            }
        )

    def _entity(self, post: Published) -> dict[str, object]:
        parent = self.parent(post)
        replies, reblogs = self.answers[post.id], self.reshares[post.id]
        return statuses.status(post, self.url, parent, replies, reblogs)

    def _limited(self, handler: Handler) -> Handler:
        """The handler behind Mastodon's rate limit and its three headers."""

        async def answer(request: web.Request) -> web.StreamResponse:
            reset = _next_window(self._clock())
            if reset not in self._spent:
                self._spent.clear()
            self._spent[reset] += 1
            left = self.rate_limit - self._spent[reset]
            if left < 0:
                error = {"error": "Too many requests"}
                response: web.StreamResponse = web.json_response(error, status=429)
            else:
                response = await handler(request)
            response.headers["X-RateLimit-Limit"] = str(self.rate_limit)
            response.headers["X-RateLimit-Remaining"] = str(max(left, 0))
            response.headers["X-RateLimit-Reset"] = f"{reset:%Y-%m-%dT%H:%M:%S.%fZ}"
            return response

        return answer


def _next_window(now: datetime) -> datetime:
    seconds = int(_WINDOW.total_seconds())
    return datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, UTC)
