"""What GitHub says of issues (docs.github.com/rest/issues) as posts. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from bot.domain.mention import Post
from bot.phrases import phrase
from bot.sources.addressing import web_address
from bot.sources.base import Reread
from bot.sources.items import decoded, readable
from bot.sources.markdown import markdown_parts
from bot.sources.moments import from_iso, settled
from bot.sources.searching import Found
from bot.sources.text import plain

PAGE = 100
"""The most that GitHub puts into a page."""

PULL_REQUEST = "pull request"
"""The tag that tells those apart from issues."""


class _User(msgspec.Struct, frozen=True):
    login: str = ""
    html_url: str | None = None


class _Label(msgspec.Struct, frozen=True):
    name: str = ""


class _Reactions(msgspec.Struct, frozen=True):
    total_count: int | None = None


class _Issue(msgspec.Struct, frozen=True, kw_only=True):
    """An issue, a pull request, or a comment, which has no number and no title; `node_id` is the
    same everywhere. The user is gone where the account is."""

    node_id: str
    html_url: str
    number: int | None = None
    title: str | None = None
    body: str | None = None
    user: _User | None = None
    created_at: str | None = None
    comments: int | None = None
    reactions: _Reactions | None = None
    labels: tuple[_Label | str, ...] = ()
    repository_url: str | None = None
    pull_request: object = None


class _Answer(msgspec.Struct, frozen=True):
    items: tuple[msgspec.Raw, ...]
    incomplete_results: bool = False


class _Count(msgspec.Struct, frozen=True, rename="camel"):
    total_count: int = 0


class _Node(msgspec.Struct, frozen=True, kw_only=True):
    """What GraphQL tells of an issue or a comment; nothing of anything else."""

    id: str = ""
    title: str | None = None
    body: str | None = None
    comments: _Count | None = None
    reactions: _Count | None = None


class _Nodes(msgspec.Struct, frozen=True):
    nodes: tuple[_Node | None, ...]


class _Fault(msgspec.Struct, frozen=True):
    """Why something is missing: `path` is `["nodes", 3]`."""

    type: str = ""
    path: tuple[str | int, ...] = ()


class _Data(msgspec.Struct, frozen=True):
    data: _Nodes
    errors: tuple[_Fault, ...] = ()


NODES = """query($ids: [ID!]!) { nodes(ids: $ids) {
  ... on Issue { id title body comments { totalCount } reactions { totalCount } }
  ... on PullRequest { id title body comments { totalCount } reactions { totalCount } }
  ... on IssueComment { id body reactions { totalCount } }
} }"""
"""Asks for posts by their ids, a hundred at most (docs.github.com/graphql)."""


def read_found(body: bytes, source: str, now: datetime) -> Found:
    """A page of what was found, newest first; the next one begins with the second of its last.
    Raises SourceGarbled."""
    answer = decoded(body, _Answer, phrase("what GitHub's search answers"))
    issues = readable(answer.items, _Issue, phrase("an issue"))
    more = issues[-1].created_at if len(answer.items) >= PAGE else ""
    return Found(
        [_post(issue, source, now) for issue in issues if issue.node_id],
        more=more or "",
        whole=not answer.incomplete_results,
    )


def read_issue(body: bytes, source: str, now: datetime) -> Post:
    """An issue. Raises SourceGarbled."""
    return _post(decoded(body, _Issue, phrase("an issue")), source, now)


def read_comments(body: bytes, issue: Post, now: datetime) -> list[Post]:
    """The comments of an issue, oldest first. Raises SourceGarbled."""
    raw = decoded(body, tuple[msgspec.Raw, ...], phrase("a list of comments"))
    comments = [_post(one, issue.source, now) for one in readable(raw, _Issue, phrase("a comment"))]
    return [
        replace(one, title=issue.title, thread=issue.id, local_id=issue.local_id)
        for one in comments
        if one.id
    ]


def read_nodes(body: bytes, known: Mapping[str, Post]) -> Reread:
    """Known posts by their ids, in the order in which they were asked for, as they stand now. Gone
    are those alone that GitHub does not find: others may be missing because it is busy. Raises
    SourceGarbled."""
    answer = decoded(body, _Data, phrase("what GitHub answers"))
    nodes = [node for node in answer.data.nodes if node and node.id in known]
    places: dict[tuple[str | int, ...], str] = {
        ("nodes", place): id for place, id in enumerate(known)
    }
    gone = [places.get(fault.path) for fault in answer.errors if fault.type == "NOT_FOUND"]
    return Reread(
        posts=tuple(_again(known[node.id], node) for node in nodes),
        gone=tuple(dict.fromkeys(id for id in gone if id)),
    )


def _again(post: Post, node: _Node) -> Post:
    parts = markdown_parts(node.body or "", post.url)
    counts = [count.total_count for count in (node.comments, node.reactions) if count]
    return replace(
        post,
        title=_line(node.title or "")[:500] or post.title,
        text=parts.text,
        engagement=sum(max(count, 0) for count in counts),
        links=parts.links,
        media=parts.media,
    )


def _post(issue: _Issue, source: str, now: datetime) -> Post:
    user = issue.user or _User()
    reactions = (issue.reactions and issue.reactions.total_count) or 0
    parts = markdown_parts(issue.body or "", issue.html_url)
    return Post(
        source=source,
        id=plain(issue.node_id)[:200],
        url=web_address(issue.html_url),
        title=_line(issue.title or "")[:500],
        text=parts.text,
        author=_line(user.login)[:200],
        author_url=web_address(user.html_url or ""),
        at=settled(from_iso(issue.created_at or ""), now),
        engagement=max(issue.comments or 0, 0) + max(reactions, 0),
        local_id=_place(issue),
        links=parts.links,
        media=parts.media,
        tags=_tags(issue),
    )


def _place(issue: _Issue) -> str:
    """Where an issue stands among all: `maker/lumo/issues/7`."""
    repository = (issue.repository_url or "").partition("/repos/")[2]
    return f"{repository}/issues/{issue.number}" if repository and issue.number else ""


def _tags(issue: _Issue) -> tuple[str, ...]:
    names = [label if isinstance(label, str) else label.name for label in issue.labels]
    kind = [] if issue.pull_request is None else [PULL_REQUEST]
    return tuple(dict.fromkeys(_line(name)[:100] for name in (*names, *kind) if _line(name)))


def _line(text: str) -> str:
    return " ".join(plain(text).split())
