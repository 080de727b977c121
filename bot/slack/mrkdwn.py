"""Text from outside, made harmless for Slack.

Slack's own clients escape nothing. `&`, `<` and `>` are Slack's control characters
(https://docs.slack.dev/messaging/formatting-message-text): without escaping, a post that says
`<!channel>` would ring for everybody. Post bodies go into plain or rich text elements, where
nothing else is special; `escape` is for the words around them.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from bot.domain.excerpt import shorten

NAME_LENGTH = 80
LINKED_LENGTH = 300
"""Longer addresses are linked by buttons, not in text, which they would fill."""

_MARK = re.compile(r"(?<![^\W_])[*_~]+|[*_~]+(?![^\W_])|`+")

_ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, halves of letters, and Unicode's embeddings, overrides and isolates
(unicode.org/reports/tr9); Arabic and Hebrew are written right to left without them."""

_URL_SAFE = "%/:=&?~#+!$,;'@()*[]-._"


def without_orders(text: str) -> str:
    """`text` without what would turn the direction of writing, also of the words after it, or
    command whoever shows it."""
    return _ORDERS.sub("", text)


def escape(text: str) -> str:
    """`text` so that mrkdwn shows it as it is written, links and mentions included, and without
    what gives orders."""
    return without_orders(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str) -> str:
    """`text` escaped, with what would open or close bold, italic, strike or code made inert.

    Slack sees such a mark only at the edge of a word; a zero-width space after it there hides it,
    and `snake_case` stays as it is.
    """
    return _MARK.sub("\\g<0>\u200b", escape(text))


def name(text: str) -> str:
    """A name from outside (an author, a place, a theme): literal, on one line, 80 characters."""
    return literal(shorten(text, NAME_LENGTH))


def unescape(text: str) -> str:
    """What a person typed, from what Slack sends of it in a slash command."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def safe_url(url: str) -> str | None:
    """An http(s) address with what would end a Slack link percent-encoded, or None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > 2500:
        return None
    return quote(url, safe=_URL_SAFE)


def link(url: str, label: str) -> str:
    """A link with a label; the bare label where the address must not be linked."""
    address = safe_url(url)
    shown = name(label).replace("|", "¦") or "link"
    if address is None or len(address) > LINKED_LENGTH:
        return shown
    return f"<{escape(address)}|{shown}>"
