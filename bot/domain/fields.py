"""The parts of a post that a query can ask about one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal
from urllib.parse import unquote

from bot.domain.mention import Post

Field = Literal["", "title", "text", "author", "link", "media"]
"""What a word of a query is looked for in; `""` is the title and the text together."""

Beside = Literal["#", "@"]
"""The tags and the handles that a source tells beside the text."""

Part = Field | Beside

SPOKEN: frozenset[Part] = frozenset({"", "title", "text"})
"""The parts that are the post's own words: a search finds a post by these."""

_HANDLE = re.compile(r"/(@[^/?#]+)/?$")


def written_in(post: Post, part: Part) -> str:
    """What stands in a part of a post, `""` where nothing does; several values on lines.

    Addresses that stand in the text are none of `link`'s here: whoever has cut the text into words
    knows them. An author is the name and the handle, as far as either is known.
    """
    match part:
        case "":
            return full_text(post)
        case "title":
            return post.title
        case "text":
            return post.text
        case "author":
            return _author(post)
        case "link":
            return "\n".join(map(readable, post.links))
        case "media":
            return "\n".join(post.media)
        case "#":
            return _marked("#", post.tags)
        case "@":
            return _marked("@", post.handles)


def full_text(post: Post) -> str:
    """The title, where there is one, and the text."""
    return f"{post.title}\n{post.text}" if post.title else post.text


def readable(address: str) -> str:
    """An address with its letters instead of their codes: %C3%A9 is é."""
    return unquote(address) if "%" in address else address


def _author(post: Post) -> str:
    handle = _HANDLE.search(post.author_url)
    if handle is None or handle[1].casefold() in post.author.casefold():
        return post.author
    return f"{post.author}\n{handle[1]}"


def _marked(sigil: Beside, names: Sequence[str]) -> str:
    """Each as it would stand in a text: with its sign, and in one word."""
    return "\n".join(sigil + "".join(name.split()) for name in names)
