"""The links in a message of Slack's, and what it says about each; nothing of them is fetched.

A message's text is mrkdwn, in which links are `<address|label>`
(https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages); its blocks hold
them as they are, and its attachments are mostly what Slack itself read behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from bot.domain.links import canonical, host_of
from bot.slack.mrkdwn import unescape

MOST = 10
"""Links of one message: as many as there can be radio buttons."""

LONGEST = 2000

_ENTITY = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_BARE = re.compile(r"https?://[^\s<>|\"]+")
_AFTER = ".,;:!?)]}'\"»”’"
_ADDRESSES = ("url", "title_link", "from_url", "original_url")
_WORDS = ("text", "pretext", "value", "title")
_PARTS = ("text", "blocks", "attachments")


class Link(msgspec.Struct, frozen=True):
    """An address, and the words that the message has about it."""

    url: str
    words: str


def links_in(message: Mapping[str, Any]) -> tuple[Link, ...]:
    """The links to what may be a post, each once, in the order in which they stand there."""
    found: dict[str, str] = {}
    for part in _PARTS:
        for url in _addresses(message.get(part), part):
            if (key := canonical(url)) and len(url) <= LONGEST and not _is_slacks(url):
                found.setdefault(key, url)
    return tuple(Link(url, _words_about(message, key)) for key, url in [*found.items()][:MOST])


def _addresses(value: object, key: str) -> Iterator[str]:
    match value:
        case str() if key in _ADDRESSES:
            yield value
        case str() if key in _WORDS:
            yield from _in_text(value)
        case Mapping():
            for name, inner in value.items():
                yield from _addresses(inner, str(name))
        case list() | tuple():
            for inner in value:
                yield from _addresses(inner, "" if isinstance(inner, str) else key)


def _in_text(text: str) -> Iterator[str]:
    for entity in _ENTITY.finditer(text):
        yield unescape(entity[1])
    for bare in _BARE.finditer(_ENTITY.sub(" ", text)):
        yield unescape(bare[0]).rstrip(_AFTER)


def _is_slacks(url: str) -> bool:
    """Whether an address leads to a message in Slack, which is no post."""
    host = host_of(url)
    return host == "slack.com" or host.endswith(".slack.com")


def _words_about(message: Mapping[str, Any], key: str) -> str:
    """What Slack read behind the link, or else what the person wrote beside it."""
    attachments = message.get("attachments")
    for attachment in attachments if isinstance(attachments, list) else ():
        if isinstance(attachment, Mapping) and _leads_to(attachment, key):
            read = [attachment.get("title"), attachment.get("text")]
            if words := " ".join(_plain(part, key) for part in read if isinstance(part, str)):
                return words
    text = message.get("text")
    return _plain(text, key) if isinstance(text, str) else ""


def _leads_to(attachment: Mapping[str, Any], key: str) -> bool:
    addresses = (attachment.get(name) for name in _ADDRESSES)
    return any(isinstance(url, str) and canonical(url) == key for url in addresses)


def _plain(text: str, key: str) -> str:
    """Mrkdwn as words, on one line, without the link itself."""

    def shown(entity: re.Match[str]) -> str:
        target, label = unescape(entity[1]), unescape(entity[2] or "")
        if target[:1] in ("@", "#"):
            return target[0] + label.lstrip("@#") if label else ""
        if target.startswith("!"):
            return label or target.partition("^")[0].replace("!", "@")
        own = canonical(target) == key
        return ("" if canonical(label) == key else label) if own else label or target

    words = unescape(_ENTITY.sub(shown, text))
    words = _BARE.sub(
        lambda bare: "" if canonical(bare[0].rstrip(_AFTER)) == key else bare[0], words
    )
    return " ".join(words.split())
