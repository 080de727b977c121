"""Hacker News and its Algolia search (hn.algolia.com/api), on one server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from aiohttp import web

from bot.standin.social import searches
from bot.standin.social.loopback import Routes
from bot.standin.social.place import Place
from bot.standin.social.posts import HACKER_NEWS, Draft, PlaceKind, Published

_FIRST_ID = 46_000_000
_STRIDE = 37


class HackerNews(Place):
    """A post with a title is a story; one that answers is a comment."""

    name = HACKER_NEWS
    kind: PlaceKind = "hackernews"

    def routes(self) -> Routes:
        return [
            ("/api/v1/search_by_date", self._search_by_date),
            ("/api/v1/items/{id}", self._item),
            ("/item", self.show),
        ]

    def asks_of_the_brand(self, request: web.Request) -> bool:
        """A search is for one term."""
        return "lumo" in request.query.get("query", "").lower()

    def new_id(self, at: datetime) -> str:
        return str(_FIRST_ID + _STRIDE * len(self.posts))

    def url_of(self, id: str, draft: Draft) -> str:
        return f"{self.url}/item?id={id}"

    async def _search_by_date(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(self._answer(request.query, request.query_string))
        except searches.BadSearch as bad:
            return web.json_response({"message": str(bad), "status": 400}, status=400)

    def _answer(self, asked: Mapping[str, str], params: str) -> dict[str, object]:
        page = _number(asked, "page", 0)
        size = min(_number(asked, "hitsPerPage", 20), searches.MAX_RESULTS)
        found = self._found(asked)
        shown = found[: searches.MAX_RESULTS][page * size : (page + 1) * size]
        reachable = min(len(found), searches.MAX_RESULTS)
        return {
            "hits": [self._hit(post) for post in shown],
            "nbHits": len(found),
            "page": page,
            "nbPages": -(-reachable // size) if size else 0,
            "hitsPerPage": size,
            "exhaustiveNbHits": True,
            "processingTimeMS": 1,
            "query": asked.get("query", ""),
            "params": params,
        }

    async def _item(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(self._tree(self.resolve(request.match_info["id"])))
        except KeyError:
            return web.json_response({"error": "Not Found", "status": 404}, status=404)

    def _tree(self, post: Published) -> dict[str, object]:
        """An item with everything under it (hn.algolia.com/api, "Items")."""
        story = not post.parent
        return {
            "author": post.draft.author.handle,
            "children": [self._tree(answer) for answer in self.answers_to(post)],
            "created_at": f"{post.at:%Y-%m-%dT%H:%M:%S}.000Z",
            "created_at_i": int(post.at.timestamp()),
            "id": int(post.id),
            "options": [],
            "parent_id": None if story else int(post.parent),
            "points": post.draft.likes + 1 if story else None,
            "story_id": int(self.root(post).id),
            "text": _html(post.draft.text),
            "title": post.draft.title if story else None,
            "type": "story" if story else "comment",
            "url": None,
        }

    def _found(self, asked: Mapping[str, str]) -> Sequence[Published]:
        """All that match, newest first."""
        filters = searches.clauses(asked.get("numericFilters", ""))
        tags, query = asked.get("tags", ""), asked.get("query", "")
        found = [
            post
            for post in self.standing
            if searches.tagged(tags, self._tags(post))
            and all(clause.passes(self._numbers(post)) for clause in filters)
            and searches.matches(query, self._searched(post))
        ]
        return sorted(found, key=_age)

    def _tags(self, post: Published) -> list[str]:
        kind = "comment" if post.parent else "story"
        tags = [kind, f"author_{post.draft.author.handle}", f"story_{self.root(post).id}"]
        for prefix, tag in (("Ask HN", "ask_hn"), ("Show HN", "show_hn")):
            if kind == "story" and post.draft.title.startswith(prefix):
                tags.append(tag)
        return tags

    def _numbers(self, post: Published) -> dict[str, int | None]:
        story = not post.parent
        return {
            "created_at_i": int(post.at.timestamp()),
            "points": post.draft.likes + 1 if story else None,
            "num_comments": sum(1 for _ in self.below(post)) if story else None,
        }

    def _searched(self, post: Published) -> str:
        story = self.root(post)
        return "\n".join([story.draft.title, post.draft.text, post.draft.author.handle])

    def _hit(self, post: Published) -> dict[str, object]:
        story = self.root(post)
        comment = bool(post.parent)
        text = _html(post.draft.text)
        return {
            "_highlightResult": {},
            "_tags": self._tags(post),
            "author": post.draft.author.handle,
            "comment_text": text if comment else None,
            "created_at": f"{post.at:%Y-%m-%dT%H:%M:%SZ}",
            "objectID": post.id,
            "parent_id": int(post.parent) if comment else None,
            "story_id": int(story.id),
            "story_text": None if comment else text,
            "story_title": story.draft.title if comment else None,
            "story_url": None,
            "title": None if comment else post.draft.title,
            "updated_at": f"{post.at:%Y-%m-%dT%H:%M:%SZ}",
            "url": None,
            **self._numbers(post),
        }


def _html(text: str) -> str:
    """Text as Hacker News escapes it: apostrophes and slashes too, <p> between paragraphs."""
    escaped = escape(text).replace("/", "&#x2F;")
    return "<p>".join(part.strip() for part in escaped.split("\n\n"))


def _age(post: Published) -> tuple[float, int]:
    return -post.at.timestamp(), -int(post.id)


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    value = asked.get(name, "")
    if not value:
        return default
    if not value.isdecimal():
        raise searches.BadSearch(f"invalid value for {name}: {value}")
    return int(value)
