"""Messages that quote a post, without it, once its author took it back. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from bot.domain.folding import words_of
from bot.domain.mention import Post
from bot.slack.mrkdwn import name, safe_url, unescape

Block = dict[str, Any]

_FIRST = 6
"""Words by which a post is found again in a message, which may show no more of it."""

_FEWEST = 3
"""Fewer words are only taken for a quotation where a text is nothing else."""

_HANDLES = ("@", "u/", "/u/")
"""How the names begin that nothing else is called by."""

_SHOWN = frozenset({"mrkdwn", "plain_text", "text"})
_BULLET = re.compile(r"^\s*(?:•|\d+\.)\s*")


class Mark(NamedTuple):
    """What of a post may stand in a message: the first words of its text and of its headline, its
    author's name, and its address, as they are shown. `alone`: the name is looked for where no
    post is quoted, too."""

    quotes: tuple[tuple[str, ...], ...]
    author: str
    address: str = ""
    alone: bool = False


class Words(NamedTuple):
    """What stands in the place of a post, and of its author."""

    gone: str
    somebody: str


def mark_of(post: Post) -> Mark:
    """How a post is found in messages."""
    quotes = (words_of(text)[:_FIRST] for text in (post.text, post.title))
    author = name(post.author) if len(post.author) >= _FEWEST else ""
    return Mark(tuple(filter(None, quotes)), author, safe_url(post.url) or "")


def mark_of_line(written: str) -> Mark:
    """The same of a line that was made of one, such as what an insight is called."""
    quote = words_of(written)[:_FIRST]
    return Mark((quote,) if quote else (), "")


def mark_of_handle(author: str) -> Mark | None:
    """The same of whom a message names; None where they go by a name that may be a word, or
    somebody else's."""
    is_handle = author.startswith(_HANDLES) and len(author) > _FEWEST
    return Mark((), name(author), alone=True) if is_handle else None


def tells_of(text: str, blocks: Sequence[Block], marks: Sequence[Mark]) -> bool:
    """Whether a message quotes one of some posts."""
    return bool(_quoted(text, blocks, marks))


def struck(
    text: str, blocks: Sequence[Block], marks: Sequence[Mark], words: Words
) -> tuple[str, tuple[Block, ...]]:
    """A message without those of some posts that it quotes, and without their authors' names."""
    found = _quoted(text, blocks, marks)
    return _line_by_line(text, found, words), tuple(_without(one, found, words) for one in blocks)


def _quoted(text: str, blocks: Sequence[Block], marks: Sequence[Mark]) -> list[Mark]:
    lines = [line for one in (text, *_texts(blocks)) for line in one.split("\n")]
    shown = [words_of(unescape(line).replace("\u200b", "")) for line in lines]
    rests = {address for section in _sections(blocks) for address in _rests_on(section)}
    return [
        mark
        for mark in marks
        if (mark.address and mark.address in rests)
        or any(_tells(said, mark) for said in shown)
        or (mark.alone and any(_named(line, mark) for line in lines))
    ]


def _sections(value: object) -> Iterable[Block]:
    """The paragraphs of rich text: a language model's statements link to what they rest on."""
    if isinstance(value, dict):
        if value.get("type") == "rich_text_section":
            yield value
        for part in value.values():
            yield from _sections(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _sections(part)


def _rests_on(section: Block) -> set[str]:
    parts = section.get("elements") or ()
    return {str(part.get("url")) for part in parts if part.get("type") == "link"}


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        if value.get("type") in _SHOWN and isinstance(value.get("text"), str):
            yield value["text"]
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _without(value: Any, marks: Sequence[Mark], words: Words) -> Any:
    if isinstance(value, dict):
        if value.get("type") == "rich_text_section" and any(
            mark.address and mark.address in _rests_on(value) for mark in marks
        ):
            return {**value, "elements": [{"type": "text", "text": words.gone}]}
        after = {key: _without(part, marks, words) for key, part in value.items()}
        if value.get("type") in _SHOWN and isinstance(value.get("text"), str):
            after["text"] = _line_by_line(value["text"], marks, words)
        return after
    if isinstance(value, list | tuple):
        return [_without(part, marks, words) for part in value]
    return value


def _line_by_line(text: str, marks: Sequence[Mark], words: Words) -> str:
    return "\n".join(_line(line, marks, words) for line in text.split("\n"))


def _line(line: str, marks: Sequence[Mark], words: Words) -> str:
    for mark in marks:
        if _quotes(line, mark):
            bullet = _BULLET.match(line)
            return (bullet[0] if bullet else "") + words.gone
        if mark.alone:
            line = re.sub(_whole(mark.author), lambda _: words.somebody, line)
        elif mark.author:
            line = line.replace(mark.author, words.somebody)
    return line


def _named(line: str, mark: Mark) -> bool:
    return mark.author.casefold() in line.casefold() and bool(re.search(_whole(mark.author), line))


def _whole(author: str) -> str:
    """A name that is no part of a longer one."""
    return rf"(?i)(?<![\w@/]){re.escape(author)}(?![\w@-]|\.\w)"


def _quotes(line: str, mark: Mark) -> bool:
    return _tells(words_of(unescape(line).replace("\u200b", "")), mark)


def _tells(said: Sequence[str], mark: Mark) -> bool:
    return any(_holds(said, quote) for quote in mark.quotes)


def _holds(said: Sequence[str], quote: Sequence[str]) -> bool:
    if len(quote) < _FEWEST:
        return tuple(said) == tuple(quote)
    size = len(quote)
    return any(
        tuple(said[at : at + size]) == tuple(quote)
        for at, word in enumerate(said)
        if word == quote[0]
    )
