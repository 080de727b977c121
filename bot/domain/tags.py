"""By which link tags and hashtags a campaign is known, and what bears them.

A tag is written as people write it: `utm_campaign=autumn` (or another parameter of a link),
`#lumoautumn`, `lumo.example/autumn` (a page and all beneath it), or a bare word, which is either
the name of a campaign in links or a hashtag.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import msgspec

from bot.domain.addresses import addresses_in
from bot.domain.folding import fold

NAMES = ("utm_campaign", "utm_id", "mtm_campaign", "mtm_cid", "pk_campaign", "pk_cid")
"""Parameters whose value is a campaign's name or number: Google Analytics'
(support.google.com/analytics/answer/10917952) and Matomo's
(matomo.org/faq/reports/what-is-campaign-tracking-and-why-it-is-important)."""

_KEPT = re.compile(r"(?:utm|mtm|pk|piwik)_\w+|ref|cid|campaign|campagne|source|src|promo|code")
"""The parameters of a link that tell a campaign; others may tell a person."""

_HASHTAG = re.compile(r"(?<![\w&/])#(\w+)")
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d]{2,}(?::\d+)?")
_PARAMETER = re.compile(r"[\w.-]+=.+")
_MOST = 4_000
"""Characters of an address or a tag that are looked at."""

Pairs = frozenset[tuple[str, str]]


class Link(msgspec.Struct, frozen=True):
    """Where a link leads, folded: its host without `www.`, the parts of its path, its parameters.
    A link tag is of the same make, with what must be there at least."""

    host: str
    path: tuple[str, ...] = ()
    parameters: Pairs = frozenset()

    def leads_to(self, other: Link) -> bool:
        """Whether it leads to the page of a tag or beneath it, with all its parameters."""
        return (
            self.host == other.host
            and self.path[: len(other.path)] == other.path
            and self.parameters >= other.parameters
        )


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """A tag as it is compared; `written` is the whole of it, folded. Of the others one is meant."""

    written: str
    kind: Literal["word", "hashtag", "parameter", "link"]
    link: Link | None = None


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What something bears by which a campaign may be known, folded: `words` that are told as its
    tag, `hashtags` without their sign, and links."""

    words: frozenset[str] = frozenset()
    hashtags: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()

    def bear(self, tag: Tag) -> bool:
        """Whether a tag is among them."""
        if tag.written in self.words:
            return True
        if tag.kind == "hashtag":
            return tag.written in self.hashtags
        if tag.link is not None:
            return any(link.leads_to(tag.link) for link in self.links)
        parameters = frozenset[tuple[str, str]]().union(*(one.parameters for one in self.links))
        if tag.kind == "parameter":
            name, _, value = tag.written.partition("=")
            return (name, value) in parameters or (name in NAMES and value in self.words)
        named = any((name, tag.written) in parameters for name in NAMES)
        return named or tag.written in self.hashtags


def tag_of(written: str) -> Tag | None:
    """A tag as it was written, None where nothing is left of it."""
    text = _folded(written)
    if text.startswith("#"):
        bare = text.lstrip("#")
        return Tag(written=bare, kind="hashtag") if bare else None
    if (link := link_of(text)) is not None:
        return Tag(written=text, kind="link", link=link)
    text = text.lstrip("?&")
    if _PARAMETER.fullmatch(text):
        [(name, value), *_] = parse_qsl(text, keep_blank_values=True) or [(text, "")]
        return Tag(written=f"{name}={_folded(value)}", kind="parameter")
    return Tag(written=text, kind="word") if text else None


def marks_of(tag: str, url: str = "") -> Marks:
    """What a conversion bears: the tag that was told with it, and the link it came by."""
    links = [found for one in (tag, url) if (found := link_of(one)) is not None]
    text = _folded(tag).lstrip("?&")
    words, hashtags = set[str](), set[str]()
    if text.startswith("#"):
        hashtags.add(text.lstrip("#"))
    elif _PARAMETER.fullmatch(text) and not link_of(text):
        pairs = frozenset((name, _folded(value)) for name, value in parse_qsl(text))
        links.append(Link("", (), pairs))
    elif text:
        words.add(text)
        hashtags.add(text)
    return Marks(words=frozenset(words), hashtags=frozenset(hashtags), links=tuple(links))


def marks_in(text: str, tags: Iterable[str] = (), links: Iterable[str] = ()) -> Marks:
    """What a post bears: the hashtags in its text and those that it is filed under, the addresses
    in its text and those beside it. Linear in the text."""
    folded = fold(text)
    standing = [folded[start:end] for start, end in addresses_in(folded)]
    addresses = (one.rstrip(".,;:!?)…") for one in (*standing, *links))
    found = [link for one in addresses if (link := link_of(one))]
    hashtags = {*_HASHTAG.findall(folded), *(_folded(tag).lstrip("#") for tag in tags)}
    return Marks(hashtags=frozenset(hashtags - {""}), links=tuple(found))


def link_of(written: str) -> Link | None:
    """Where a link leads, None where it is no web address; `https://` may be left out."""
    text = written.strip()[:_MOST]
    parts = _split(text)
    if parts is None:
        return None
    host = fold(parts.netloc.rpartition("@")[2]).removesuffix(".").removeprefix("www.")
    if not host or any(map(str.isspace, text)):
        return None
    path = tuple(fold(unquote(part)) for part in parts.path.split("/") if part)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return Link(host, path, frozenset((fold(name), _folded(value)) for name, value in pairs))


def kept_link(url: str) -> str:
    """An address as it is kept: without what may tell a person. Host, path and the parameters that
    name a campaign stay; `""` for what is no address. Idempotent."""
    parts = _split(url.strip()[:_MOST])
    if parts is None or link_of(url) is None:
        return ""
    kept = [one for one in parts.query.split("&") if _KEPT.fullmatch(one.partition("=")[0].lower())]
    query = "?" + "&".join(kept) if kept else ""
    return f"https://{parts.netloc.rpartition('@')[2]}{parts.path}{query}"


def kept_tag(tag: str) -> str:
    """A tag as it is kept, which may be a link too."""
    return tag if link_of(tag) is None else kept_link(tag)


def _split(text: str) -> SplitResult | None:
    """The parts of what is an address, with its scheme or without."""
    has_scheme = text.lower().startswith(("https://", "http://"))
    try:
        parts = urlsplit(text if has_scheme else f"https://{text}")
    except ValueError:
        return None
    if not has_scheme and not _HOST.fullmatch(parts.netloc):
        return None
    return parts if parts.netloc else None


def _folded(text: str) -> str:
    return " ".join(fold(text[:_MOST]).split())
