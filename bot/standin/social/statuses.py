"""Posts as Mastodon shows them: HTML content and status entities
(docs.joinmastodon.org/entities/Status). Pure."""

from __future__ import annotations

import re
import unicodedata
import zlib
from datetime import datetime
from html import escape

from bot.standin.social.posts import Author, Published

_TAG = r"#(?P<tag>\w*[^\W\d]\w*)"
_TOKEN = re.compile(rf"(?P<url>https?://[^\s<>]+[^\s<>.,;:!?)])|(?<![\w#/]){_TAG}")
# How much of a URL is shown; the rest is there, but invisible.
_SHOWN_OF_URL = 30


def tags(text: str) -> list[str]:
    """The hashtags in a text, in lower case, each once, in order."""
    found = [match["tag"].lower() for match in _TOKEN.finditer(text) if match["tag"]]
    return list(dict.fromkeys(found))


def folded(tag: str) -> str:
    """A hashtag as it is looked up: without case and accents."""
    split = unicodedata.normalize("NFKD", tag.lower())
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def content(text: str, base: str, answers: Author | None = None) -> str:
    """A text as the HTML that Mastodon serves; an answer begins with whom it answers."""
    blocks = [_block(block, base) for block in re.split(r"\n\s*\n", text.strip())]
    if answers:
        blocks[0] = f"{_mention(answers, base)} {blocks[0]}"
    return "".join(f"<p>{block}</p>" for block in blocks)


def _block(block: str, base: str) -> str:
    parts, end = [], 0
    for match in _TOKEN.finditer(block):
        parts.append(escape(block[end : match.start()]))
        parts.append(_anchor(match["url"]) if match["url"] else _hashtag(match["tag"], base))
        end = match.end()
    parts.append(escape(block[end:]))
    return "".join(parts).replace("\n", "<br>")


def _hashtag(tag: str, base: str) -> str:
    href = f"{base}/tags/{escape(tag.lower())}"
    return f'<a href="{href}" class="mention hashtag" rel="tag">#<span>{escape(tag)}</span></a>'


def _mention(author: Author, base: str) -> str:
    href, handle = f"{base}/@{author.handle}", escape(author.handle)
    return (
        '<span class="h-card" translate="no">'
        f'<a href="{href}" class="u-url mention">@<span>{handle}</span></a></span>'
    )


def _anchor(url: str) -> str:
    scheme, rest = re.split(r"(?<=://)", url, maxsplit=1)
    shown, hidden = rest[:_SHOWN_OF_URL], rest[_SHOWN_OF_URL:]
    kind = "ellipsis" if hidden else ""
    return (
        f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}</span><span class="{kind}">{escape(shown)}</span>'
        f'<span class="invisible">{escape(hidden)}</span></a>'
    )


def status(
    post: Published, base: str, parent: Published | None, replies: int, reblogs: int
) -> dict[str, object]:
    """The status entity of a post at the server whose address is `base`."""
    draft, author = post.draft, post.draft.author
    parent_author = parent.draft.author if parent else None
    return {
        "id": post.id,
        "created_at": _iso(post.at),
        "in_reply_to_id": parent.id if parent else None,
        "in_reply_to_account_id": account_id(parent_author) if parent_author else None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": draft.language if author.declares_language else None,
        "uri": f"{base}/users/{author.handle}/statuses/{post.id}",
        "url": post.url,
        "replies_count": replies,
        "reblogs_count": reblogs + draft.likes // 4,
        "favourites_count": draft.likes,
        "quotes_count": 0,
        "edited_at": None,
        "content": content(draft.text, base, parent_author),
        "reblog": None,
        "application": None,
        "account": account(author, base),
        "media_attachments": [],
        "mentions": [_mentioned(parent_author, base)] if parent_author else [],
        "tags": [{"name": tag, "url": f"{base}/tags/{tag}"} for tag in tags(draft.text)],
        "emojis": [],
        "card": None,
        "poll": None,
    }


def account(author: Author, base: str) -> dict[str, object]:
    """The account entity of an author (docs.joinmastodon.org/entities/Account)."""
    picture = f"{base}/avatars/original/missing.png"
    return {
        "id": account_id(author),
        "username": author.handle,
        "acct": author.handle,
        "display_name": author.name,
        "locked": False,
        "bot": False,
        "discoverable": True,
        "indexable": True,
        "group": False,
        "created_at": "2023-01-12T00:00:00.000Z",
        "note": "",
        "url": f"{base}/@{author.handle}",
        "uri": f"{base}/users/{author.handle}",
        "avatar": picture,
        "avatar_static": picture,
        "header": picture,
        "header_static": picture,
        "followers_count": author.followers,
        "following_count": author.followers // 2,
        "statuses_count": author.followers * 3,
        "noindex": False,
        "emojis": [],
        "roles": [],
        "fields": [],
    }


def account_id(author: Author) -> str:
    """An id that stays the same for a handle."""
    return str(109_000_000_000_000_000 + zlib.crc32(author.handle.encode()))


def _mentioned(author: Author, base: str) -> dict[str, object]:
    return {
        "id": account_id(author),
        "username": author.handle,
        "acct": author.handle,
        "url": f"{base}/@{author.handle}",
    }


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
