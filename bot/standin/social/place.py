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

    `answers` and `reshares` count, by id, what others did with a post; `gone` are the ids of those
    that their authors deleted: nothing shows them any more.
    """

    name: PlaceName
    kind: PlaceKind

    def __init__(self) -> None:
        self.server = Loopback(self.is_asked_again)
        self.posts: list[Published] = []
        self.answers: Counter[str] = Counter()
        self.reshares: Counter[str] = Counter()
        self.gone: set[str] = set()
        self._by_id: dict[str, Published] = {}
        self._ids: dict[str, str] = {}
        self._below: defaultdict[str, list[Published]] = defaultdict(list)
        self._asked = 0

    @property
    def url(self) -> str:
        """The address of the front page."""
        return self.server.url

    async def start(self) -> None:
        await self.server.start([("/", self._front), *self.routes()])

    async def close(self) -> None:
        await self.server.close()

    def is_asked_again(self, request: web.Request) -> bool:
        """Whether somebody asks what is new about Lumo who has read what there was."""
        self._asked += self.asks_of_the_brand(request)
        return self._asked > 1

    def asks_of_the_brand(self, request: web.Request) -> bool:
        """Whether somebody wants to know what is said of Lumo, and not of others."""
        return True

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

    @property
    def standing(self) -> list[Published]:
        """The posts that were not deleted."""
        return [post for post in self.posts if post.id not in self.gone]

    def take_back(self, name: str) -> Published:
        """Have the author delete a post (by id, or by its draft's key). Raises KeyError."""
        post = self.resolve(name)
        self.gone.add(post.id)
        return post

    def resolve(self, name: str) -> Published:
        """The post of this id, or of this draft's key. Raises KeyError, also where it is gone."""
        id = self._ids.get(name, name)
        if id in self.gone:
            raise KeyError(id)
        return self._by_id[id]

    def root(self, post: Published) -> Published:
        """The post that began the thread of `post`."""
        return next(iter(self.above(post)), post)

    def above(self, post: Published) -> list[Published]:
        """What a post answers, and what that answers, the beginning of the thread first; what is
        gone is left out."""
        line: list[Published] = []
        while post.parent:
            post = self._by_id[post.parent]
            line.append(post)
        return [one for one in line[::-1] if one.id not in self.gone]

    def parent(self, post: Published) -> Published | None:
        """What a post answers, where that still stands."""
        return self._by_id[post.parent] if post.parent and post.parent not in self.gone else None

    def answers_to(self, post: Published) -> tuple[Published, ...]:
        """What answers a post, in the order of publication."""
        return tuple(one for one in self._below.get(post.id, ()) if one.id not in self.gone)

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
        id = request.match_info.get("id") or request.query.get("id", "")
        post = self._by_id.get(id)
        if post is None or id in self.gone:
            return _page(pages.missing(self.name), status=404)
        before = self.parent(post)
        return _page(pages.post(self.name, post, before, self.answers_to(post)))

    async def _front(self, _: web.Request) -> web.Response:
        return _page(pages.front(self.name, list(self._newest(60))))

    def _newest(self, number: int) -> Iterator[Published]:
        return reversed(self.standing[-number:])


def _page(html: str, status: int = 200) -> web.Response:
    return web.Response(text=html, content_type="text/html", charset="utf-8", status=status)
