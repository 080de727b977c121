"""The forum and the magazine: a feed of the newest posts, and a page a post."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from operator import attrgetter

from aiohttp import web

from bot.standin.social import conditional, syndication
from bot.standin.social.loopback import Routes
from bot.standin.social.place import Place
from bot.standin.social.posts import FORUM, MAGAZINE, Draft, PlaceKind, Published
from bot.standin.social.syndication import Channel, Item


class Feed(Place):
    """A site with a feed of its `size` newest posts, kind to those who ask again.

    `max_age` is how many seconds a reader may keep the feed before it asks again.
    """

    kind: PlaceKind = "feed"
    about: str
    path: str
    content_type: str
    size: int

    def __init__(self, max_age: int = 2) -> None:
        super().__init__()
        self.max_age = max_age

    @abstractmethod
    def render(self, channel: Channel, newest: Sequence[Item]) -> bytes:
        """The feed's document."""

    @property
    def feed_url(self) -> str:
        return self.url + self.path

    def routes(self) -> Routes:
        return [(self.path, self._feed), ("/posts/{id}", self.show)]

    def asks_of_the_brand(self, request: web.Request) -> bool:
        return request.path == self.path

    def new_id(self, at: datetime) -> str:
        return f"{at:%Y%m%d}-{len(self.posts) + 1}"

    def url_of(self, id: str, draft: Draft) -> str:
        return f"{self.url}/posts/{id}"

    async def _feed(self, request: web.Request) -> web.Response:
        channel = Channel(self.name, self.about, self.url + "/", self.feed_url)
        return self.serve(request, channel, self.standing)

    def serve(
        self, request: web.Request, channel: Channel, posts: Iterable[Published]
    ) -> web.Response:
        """A feed of the newest of these posts."""
        newest = sorted(posts, key=attrgetter("at"), reverse=True)[: self.size]
        body = self.render(channel, [self.item(post) for post in newest])
        modified = newest[0].at if newest else syndication.NEVER
        tag = conditional.etag(body)
        headers = {
            "ETag": tag,
            "Last-Modified": format_datetime(modified, usegmt=True),
            "Cache-Control": f"public, max-age={self.max_age}",
        }
        none_match = request.headers.get("If-None-Match")
        since = request.headers.get("If-Modified-Since")
        if conditional.unchanged(tag, modified, none_match, since):
            return web.Response(status=304, headers=headers)
        response = web.Response(
            body=body, content_type=self.content_type, charset="utf-8", headers=headers
        )
        response.enable_compression()
        return response

    def item(self, post: Published) -> Item:
        """A post as it stands in the feed."""
        return Item(post, before.url if (before := self.parent(post)) else "")


class Forum(Feed):
    """Owners talk, in topics and answers: RSS 2.0, and a feed a topic.

    Whichever post of a topic an answer is to, the feeds call it an answer to the topic.
    """

    name = FORUM
    about = "Owners of wake-up lamps talk. Propriétaires bienvenus."
    path = "/feed.xml"
    content_type = "application/rss+xml"
    size = 250

    def render(self, channel: Channel, newest: Sequence[Item]) -> bytes:
        return syndication.rss(channel, newest)

    def routes(self) -> Routes:
        return [*super().routes(), ("/posts/{id}/feed.xml", self._topic)]

    def item(self, post: Published) -> Item:
        topic = self.root(post)
        return Item(post, topic.url if post.parent else "", self._topic_feed(topic))

    async def _topic(self, request: web.Request) -> web.Response:
        """The newest posts of a topic, its first one among them, as forums have it."""
        try:
            topic = self.resolve(request.match_info["id"])
        except KeyError:
            return web.Response(status=404)
        channel = Channel(topic.draft.title, self.about, topic.url, self._topic_feed(topic))
        return self.serve(request, channel, [topic, *self.below(topic)])

    def _topic_feed(self, topic: Published) -> str:
        return f"{topic.url}/feed.xml"


class Magazine(Feed):
    """A French magazine about life at home: Atom."""

    name = MAGAZINE
    about = "La maison, les objets, le sommeil."
    path = "/atom.xml"
    content_type = "application/atom+xml"
    size = 60

    def render(self, channel: Channel, newest: Sequence[Item]) -> bytes:
        return syndication.atom(channel, newest)
