"""What Lemmy says (join-lemmy.org/api, "PostView", "CommentView") as posts. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from bot.domain.mention import Post
from bot.errors import SourceGarbled
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.exchanges import Said
from bot.sources.items import decoded, readable
from bot.sources.markdown import markdown_parts
from bot.sources.moments import from_iso, settled
from bot.sources.searching import Found
from bot.sources.text import plain

PAGE = 50
"""The most that Lemmy puts into a page, of posts and of comments each."""

_LONGEST_ID = 1_000

_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")


class _Person(msgspec.Struct, frozen=True, kw_only=True):
    name: str = ""
    actor_id: str | None = None
    ap_id: str | None = None

    @property
    def page(self) -> str:
        return web_address(self.ap_id or self.actor_id or "")

    @property
    def handle(self) -> str:
        """As Lemmy writes it: `@ada@lemmy.example`."""
        host = self.page.split("/")[2] if self.page else ""
        return plain(f"@{self.name}@{host}".rstrip("@"))[:200] if self.name else ""


class _Community(msgspec.Struct, frozen=True, kw_only=True):
    name: str = ""


class _Counts(msgspec.Struct, frozen=True, kw_only=True):
    score: int | None = None
    comments: int | None = None
    child_count: int | None = None

    @property
    def engagement(self) -> int:
        """Points and answers."""
        answers = self.comments if self.child_count is None else self.child_count
        return max(self.score or 0, 0) + max(answers or 0, 0)


class _Text(_Counts, frozen=True, kw_only=True):
    """A post or a comment. v4 counts within it, and says `published_at` where v3 has
    `published`."""

    id: int
    ap_id: str
    name: str | None = None
    url: str | None = None
    body: str | None = None
    alt_text: str | None = None
    content: str | None = None
    published: str | None = None
    published_at: str | None = None
    path: str | None = None
    deleted: bool = False
    removed: bool = False

    @property
    def is_there(self) -> bool:
        """Whether its author and the moderators let it stand."""
        return not (self.deleted or self.removed)

    @property
    def known_by(self) -> str:
        """Its id on all instances; no server's word is kept whatever it is."""
        return " ".join(plain(self.ap_id).split())[:_LONGEST_ID]


class _View(msgspec.Struct, frozen=True, kw_only=True):
    """What a search finds: a comment with its post, or a post, or neither (a community)."""

    post: _Text | None = None
    comment: _Text | None = None
    creator: _Person | None = None
    community: _Community | None = None
    counts: _Counts | None = None

    @property
    def said(self) -> _Text | None:
        return self.comment or self.post

    @property
    def parent(self) -> str:
        """The local id of the comment that this one answers, `""` where it is the post; a `path`
        is `0.12.34`."""
        above = ((self.comment and self.comment.path) or "").split(".")[1:-1]
        return above[-1] if above else ""


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    """v3 has a list a kind; v4 one list, whose name changed before 1.0, and `next_page`."""

    posts: tuple[msgspec.Raw, ...] | None = None
    comments: tuple[msgspec.Raw, ...] | None = None
    search: tuple[msgspec.Raw, ...] | None = None
    results: tuple[msgspec.Raw, ...] | None = None
    items: tuple[msgspec.Raw, ...] | None = None
    next_page: str | None = None

    @property
    def lists(self) -> list[tuple[msgspec.Raw, ...]]:
        lists = (self.posts, self.comments, self.search, self.results, self.items)
        return [one for one in lists if one is not None]


def read_lists(body: bytes, source: str, page: int, now: datetime) -> Found:
    """What v3 answers: posts and comments, each newest first. Raises SourceGarbled."""
    lists = [_views(raw) for raw in _answer(body).lists]
    full = [views[-1].said for views in lists if len(views) >= PAGE]
    return Found(
        _posts([view for views in lists for view in views], source, now),
        more=str(page + 1) if full else "",
        oldest=max((_at(said, now) for said in full), default=None),
    )


def read_list(body: bytes, source: str, now: datetime) -> Found:
    """What v4 answers: posts and comments in any order, so only the last page reaches back."""
    answer = _answer(body)
    views = [view for raw in answer.lists for view in _views(raw)]
    more = answer.next_page or ""
    return Found(_posts(views, source, now), more=more, oldest=now if more else None)


class _One(msgspec.Struct, frozen=True, kw_only=True):
    post_view: _View | None = None
    comment_view: _View | None = None


def read_one(body: bytes, source: str, now: datetime) -> Post | None:
    """A post or a comment asked for by its id; None where it was deleted. Raises SourceGarbled."""
    what = phrase("a post or a comment")
    answer = decoded(body, _One, what)
    view = answer.comment_view or answer.post_view
    if view is None or view.said is None:
        raise SourceGarbled("The answer is not {what}.", what=what)
    return next(iter(_posts([view], source, now)), None)


def read_comments(body: bytes, root: str, source: str, now: datetime) -> list[Said]:
    """The comments of the post `root`, each with what it answers. Raises SourceGarbled."""
    views = [view for raw in _answer(body).lists for view in _views(raw) if _told(view)]
    ids = {str(view.comment.id): view.comment.known_by for view in views if view.comment}
    found = zip(_posts(views, source, now), views, strict=True)
    return [Said(post, ids.get(view.parent) or root) for post, view in found]


def _answer(body: bytes) -> _Answer:
    what = phrase("what a Lemmy search answers")
    answer = decoded(body, _Answer, what)
    if not answer.lists:
        raise SourceGarbled("The answer is not {what}.", what=what)
    return answer


def _views(raw: Sequence[msgspec.Raw]) -> list[_View]:
    return readable(raw, _View, phrase("a post or a comment"))


def _posts(views: Sequence[_View], source: str, now: datetime) -> list[Post]:
    return [_post(view, said, source, now) for view in views if (said := _told(view))]


def _told(view: _View) -> _Text | None:
    """The post or comment, where it is one and still there."""
    said = view.said
    return said if said and said.known_by and said.is_there else None


def _post(view: _View, said: _Text, source: str, now: datetime) -> Post:
    """A comment has its post's title, and its post for a thread."""
    creator = view.creator or _Person()
    parts = markdown_parts(said.content or said.body or "", said.ap_id)
    link = web_address(said.url or "")
    is_picture = link.lower().partition("?")[0].endswith(_PICTURES)
    alt = plain(said.alt_text or "")[:1_500]
    return Post(
        source=source,
        id=said.known_by,
        url=web_address(said.ap_id),
        title=" ".join(plain((view.post and view.post.name) or "").split())[:500],
        text=parts.text,
        author=creator.handle,
        author_url=creator.page,
        at=_at(said, now),
        engagement=(view.counts or said).engagement,
        thread=view.post.known_by if view.comment and view.post else "",
        local_id=f"{view.post.id}/{said.id}" if view.comment and view.post else str(said.id),
        links=(*((link,) if link and not is_picture else ()), *parts.links),
        media=(*((alt,) if alt else ()), *parts.media),
        handles=parts.handles,
        tags=(plain(view.community.name)[:100],) if view.community and view.community.name else (),
    )


def _at(said: _Text | None, now: datetime) -> datetime:
    written = (said.published_at or said.published or "") if said else ""
    return settled(from_iso(written), now)
