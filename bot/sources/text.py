"""Text from outside, as people would read it. Pure."""

from __future__ import annotations

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

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
        *("script", "style", "template", "noscript", "head", "title", "iframe", "object"),
        *("embed", "svg", "math", "textarea", "select", "audio", "video", "canvas", "-comment"),
    }
)
_UNREAD_CLASSES = frozenset({"invisible", "quote-inline"})
"""Mastodon's: the parts of a link that are not shown, and the fallback for a quoted post."""

_EMOJI_CLASSES = frozenset({"emoji", "emojione", "wp-smiley"})
"""WordPress, Discourse and others send emoji as pictures, and what they are as `alt`."""

_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)

_UNNESTED = frozenset(
    {
        *("area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link"),
        *("meta", "option", "p", "source", "td", "th", "tr", "track", "wbr"),
    }
)
"""Elements that hold nothing, or that the next of their kind closes."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\u00ad\u200b\u2060\ufeff"  # invisible, and in the midst of words
    "\u202a-\u202e\u2066-\u2069"  # bidirectional embeddings, overrides and isolates
    "\ud800-\udfff]"  # halves of characters
)


def html_to_text(html: str) -> str:
    """What a reader sees of a piece of HTML, as plain text (see `plain`).

    Blocks and line breaks part words, by a new line; inline elements do not. What browsers do not
    show is left out. Entities are unescaped once.
    """
    html = html[:_MAX_HTML]
    if "<" not in html and "&" not in html:
        return plain(html)
    if _is_deep(html):
        return plain(unescape(_ANY_TAG.sub(" ", html)))
    body = LexborHTMLParser(html).body
    return plain(_shown(body) if body is not None else "")


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


def _shown(root: LexborNode) -> str:
    parts: list[str] = []
    walk: list[LexborNode | str] = [root]
    while walk:
        node = walk.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag = node.tag or ""
        if tag == "-text":
            parts.append(node.text_content or "")
        elif tag == "img":
            parts.append(_emoji(node))
        elif not _is_unread(node, tag):
            edge = "\n" if tag in _BLOCKS else ""
            parts.append(edge)
            walk.append("…" if "ellipsis" in _classes(node) else edge)
            walk += reversed(list(node.iter(include_text=True)))
    return "".join(parts)


def _is_unread(node: LexborNode, tag: str) -> bool:
    if tag in _UNREAD or not _UNREAD_CLASSES.isdisjoint(_classes(node)):
        return True
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _emoji(image: LexborNode) -> str:
    """The emoji that a picture stands for; `""` for any other picture."""
    if _EMOJI_CLASSES.isdisjoint(_classes(image)):
        return ""
    return image.attributes.get("alt") or ""


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
