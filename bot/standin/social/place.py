"""A place where people post: its server, and the posts that stand there."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime

from aiohttp import web

from bot.standin.social import pages
from bot.standin.social.loopback import Loopback, Routes
from bot.standin.social.posts import Draft, PlaceKind, PlaceName, Published


class Place(ABC):
    """A place with a server of its own. `posts` are in the order of publication.

    `answers` and `reshares` count, by id, what others did with a post.
    """

    name: PlaceName
    kind: PlaceKind

    def __init__(self) -> None:
        self.server = Loopback()
        self.posts: list[Published] = []
        self.answers: Counter[str] = Counter()
        self.reshares: Counter[str] = Counter()
        self._by_id: dict[str, Published] = {}
        self._ids: dict[str, str] = {}
        self._below: defaultdict[str, list[Published]] = defaultdict(list)

    @property
    def url(self) -> str:
        """The address of the front page."""
        return self.server.url

    async def start(self) -> None:
        await self.server.start([("/", self._front), *self.routes()])

    async def close(self) -> None:
        await self.server.close()

    @abstractmethod
    def routes(self) -> Routes:
        """What the server answers besides its front page."""

    @abstractmethod
    def new_id(self, at: datetime) -> str:
        """An id that no post has yet, for one written `at`."""

    @abstractmethod
    def url_of(self, id: str, draft: Draft) -> str:
        """The address of a post's page."""

    def publish(self, draft: Draft, at: datetime) -> Published:
        """Put a draft on the web. Raises KeyError where the post it answers is not here."""
        parent = self.resolve(draft.answers).id if draft.answers else ""
        if draft.shares:
            shared = self.resolve(draft.shares).id
            self.reshares[shared] += draft.author.followers // 200
        id = self.new_id(at)
        post = Published(id, at, draft, self.url_of(id, draft), parent)
        self.posts.append(post)
        self._by_id[id] = post
        self._ids[draft.key] = id
        if parent:
            self.answers[parent] += 1
            self._below[parent].append(post)
        return post

    def resolve(self, name: str) -> Published:
        """The post of this id, or of this draft's key. Raises KeyError."""
        return self._by_id[self._ids.get(name, name)]

    def root(self, post: Published) -> Published:
        """The post that began the thread of `post`."""
        return next(iter(self.above(post)), post)

    def above(self, post: Published) -> list[Published]:
        """What a post answers, and what that answers, the beginning of the thread first."""
        line: list[Published] = []
        while post.parent:
            post = self._by_id[post.parent]
            line.append(post)
        return line[::-1]

    def answers_to(self, post: Published) -> tuple[Published, ...]:
        """What answers a post, in the order of publication."""
        return tuple(self._below.get(post.id, ()))

    def below(self, post: Published, depth: int = sys.maxsize) -> Iterator[Published]:
        """Everything under a post, each before its own answers, so many levels deep."""
        walk = [(1, answer) for answer in reversed(self.answers_to(post))]
        while walk:
            level, one = walk.pop()
            yield one
            if level < depth:
                walk += [(level + 1, answer) for answer in reversed(self.answers_to(one))]

    async def show(self, request: web.Request) -> web.Response:
        """The page of the post whose id is in the path."""
        post = self._by_id.get(request.match_info.get("id") or request.query.get("id", ""))
        if post is None:
            return _page(pages.missing(self.name), status=404)
        before = self._by_id[post.parent] if post.parent else None
        return _page(pages.post(self.name, post, before, self.answers_to(post)))

    async def _front(self, _: web.Request) -> web.Response:
        return _page(pages.front(self.name, list(self._newest(60))))

    def _newest(self, number: int) -> Iterator[Published]:
        return reversed(self.posts[-number:])


def _page(html: str, status: int = 200) -> web.Response:
    return web.Response(text=html, content_type="text/html", charset="utf-8", status=status)
