"""Text from outside, as people would read it, and what stands beside it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.sources.addressing import unwrapped, web_address

MAX_LENGTH = 20_000
"""The longest text kept of a post, in characters."""

_MAX_HTML = 60_000
_MAX_DEPTH = 300
"""HTML parsers take time with the square of the depth; people's posts are not this deep."""

_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd"),
        *("details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure"),
        *("footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html"),
        *("legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table"),
        *("tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    }
)
_UNREAD = frozenset(
    {
        *("script", "style", "template", "noscript", "head", "title", "noframes", "noembed"),
        *("plaintext", "xmp", "-comment"),
    }
)
_UNREAD_FIGURES = frozenset(
    {
        *("iframe", "object", "embed", "svg", "math", "textarea", "select", "audio", "video"),
        *("canvas", "img"),
    }
)
"""What is seen and not read: it parts the words on its two sides."""

_UNREAD_CLASSES = frozenset(
    {"invisible", "quote-inline", "sr-only", "screen-reader-text", "visually-hidden"}
)
"""Mastodon's (the parts of a link that are not shown, and the fallback for a quoted post), and what
style sheets keep for those who hear a page."""

_EMOJI_CLASSES = frozenset({"emoji", "emojione", "wp-smiley"})
"""WordPress, Discourse and others send emoji as pictures, and what they are as `alt`."""

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![\d.]*[1-9])", re.IGNORECASE
)

_UNNESTED = frozenset(
    {
        *("area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link"),
        *("meta", "option", "p", "source", "td", "th", "tr", "track", "wbr"),
    }
)
"""Elements that hold nothing, or that the next of their kind closes."""

MOST_BESIDE = 50
"""Links, tags, handles and descriptions that are kept of one text, of each kind."""

_MEDIA_LENGTH = 1_500
"""As long as Mastodon lets a description be."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\u00ad\u200b\u2060\ufeff"  # invisible, and in the midst of words
    "\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides and isolates
    "\ud800-\udfff]"  # halves of characters
)


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What a piece of HTML says, and what stands beside it, each once and in order: the whole
    addresses that it links to, the descriptions of its pictures, and whom it speaks to and what it
    is filed under, where its author's software marked these (without `@` and `#`)."""

    text: str = ""
    links: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def each(found: Iterable[str]) -> tuple[str, ...]:
    """What stands beside a text: each once, in order, nothing empty, not without end."""
    return tuple(dict.fromkeys(filter(None, found)))[:MOST_BESIDE]


def html_to_text(html: str) -> str:
    """What a reader sees of a piece of HTML, as plain text (see `plain`).

    Blocks and line breaks part words, by a new line, and so do pictures; inline elements do not.
    What browsers do not show is left out. Entities are unescaped once.
    """
    return html_parts(html).text


def html_parts(html: str, base: str = "") -> Parts:
    """The same text with what stands beside it; `base` is the address that relative links are of.

    Any text is taken, in time that grows with its length; of a long one the first 60,000
    characters.
    """
    html = html[:_MAX_HTML]
    if "<" not in html and "&" not in html:
        return Parts(text=plain(html))
    if _is_deep(html):
        return Parts(text=plain(unescape(_ANY_TAG.sub(" ", _without_unread(html)))))
    body = LexborHTMLParser(html).body
    return _Reading(base).of(body) if body is not None else Parts()


def plain(text: str) -> str:
    """A text on lines without empty ones, spaces folded, at most 20,000 characters.

    Control characters, bidirectional overrides and invisible ones that tear words apart are
    taken out; emoji, accents and right-to-left scripts stay. Idempotent.
    """
    text = _UNWANTED.sub("", text[: 4 * MAX_LENGTH])
    lines = (" ".join(line.split()) for line in text.splitlines())
    text = "\n".join(line for line in lines if line)
    if len(text) <= MAX_LENGTH:
        return text
    kept = text[: MAX_LENGTH + 1]
    end = max(kept.rfind(" "), kept.rfind("\n"))
    return kept[: end if end > 0 else MAX_LENGTH].rstrip()


class _Reading:
    """One walk through a document, in its order."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._text: list[str] = []
        self._links: dict[str, None] = {}
        self._media: dict[str, None] = {}
        self._handles: dict[str, None] = {}
        self._tags: dict[str, None] = {}

    def of(self, root: LexborNode) -> Parts:
        walk: list[LexborNode | str] = [root]
        while walk:
            node = walk.pop()
            if isinstance(node, str):
                self._text.append(node)
            elif (tag := node.tag or "") == "-text":
                self._text.append(node.text_content or "")
            elif tag in _UNREAD_FIGURES:
                self._text.append(self._figure(node, tag))
            elif not _is_unread(node, tag):
                if tag == "a":
                    self._anchor(node)
                edge = "\n" if tag in _BLOCKS else ""
                self._text.append(edge)
                walk.append("…" if "ellipsis" in _classes(node) else edge)
                walk += reversed(list(node.iter(include_text=True)))
        return Parts(
            text=plain("".join(self._text)),
            links=tuple(self._links),
            media=tuple(self._media),
            handles=tuple(self._handles),
            tags=tuple(self._tags),
        )

    def _figure(self, node: LexborNode, tag: str) -> str:
        """The emoji that a picture stands for; else a blank, and its description is kept."""
        if tag != "img" or _is_hidden(node):
            return " "
        alt = node.attributes.get("alt") or ""
        if not _EMOJI_CLASSES.isdisjoint(_classes(node)):
            return alt
        _keep(self._media, plain(alt)[:_MEDIA_LENGTH])
        return " "

    def _anchor(self, node: LexborNode) -> None:
        """A link, unless it is how a handle or a tag is marked."""
        attributes, classes = node.attributes, _classes(node)
        if "hashtag" in classes or "tag" in (attributes.get("rel") or "").lower().split():
            _keep(self._tags, _named(node, "#"))
        elif "mention" in classes:
            _keep(self._handles, _named(node, "@"))
        elif href := attributes.get("href"):
            _keep(self._links, web_address(unwrapped(href.strip()), self._base))


def _keep(kept: dict[str, None], found: str) -> None:
    if found and len(kept) < MOST_BESIDE:
        kept[found] = None


def _named(anchor: LexborNode, sigil: str) -> str:
    return " ".join(plain(anchor.text()).split()).lstrip(sigil)[:100]


def _is_unread(node: LexborNode, tag: str) -> bool:
    if tag in _UNREAD or not _UNREAD_CLASSES.isdisjoint(_classes(node)):
        return True
    return _is_hidden(node)


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _is_deep(html: str) -> bool:
    """Whether elements may nest too deep to be parsed in reasonable time."""
    opened: list[str] = []
    for match in _TAG.finditer(html):
        closing, name = match[1], match[2].lower()
        if not closing and name not in _UNNESTED:
            opened.append(name)
        elif opened and opened[-1] == name:
            opened.pop()
        if len(opened) > _MAX_DEPTH:
            return True
    return False


_RAW = re.compile(r"<(/?)(script|style|xmp|noembed|noframes)\b", re.IGNORECASE)


def _without_unread(html: str) -> str:
    """The HTML without the elements whose insides are no HTML."""
    kept: list[str] = []
    at, within = 0, ""
    for match in _RAW.finditer(html):
        closing, name = bool(match[1]), match[2].lower()
        if within and closing and name == within:
            at, within = match.start(), ""
        elif not within and not closing:
            kept.append(html[at : match.start()])
            within = name
    if not within:
        kept.append(html[at:])
    return " ".join(kept)
