"""A post's own words in a card, or that there are none any more."""

from __future__ import annotations

from bot.domain.conversation import Taken
from bot.domain.excerpt import shorten
from bot.domain.mention import Mention
from bot.i18n import Voice, phrase
from bot.slack.blocks.parts import POST_TEXT, Block, quote
from bot.slack.mrkdwn import literal

_GONE = "………"

_HOW: dict[Taken, str] = {
    "deleted": phrase("deleted by its author"),
    "forgotten": phrase("removed on request"),
}


def quoted(mention: Mention, voice: Voice, limit: int = POST_TEXT, *, title: str = "") -> Block:
    """What a post says; of one that is no more, how it went."""
    if mention.deleted:
        return _no_more(how(mention), voice)
    post = mention.post
    return quote(post.text or post.title, limit, title=title if post.text else "")


def line_of(mention: Mention, voice: Voice, limit: int) -> str:
    """The same as a line of mrkdwn, in at most so many letters of the post's."""
    if mention.deleted:
        return gone(how(mention), voice)
    words = shorten(mention.post.text or mention.post.title, limit)
    return voice.quoted(literal(words))


def how(mention: Mention) -> Taken:
    """How a post went that is no more."""
    return "forgotten" if mention.forgotten else "deleted"


def gone(taken: Taken, voice: Voice) -> str:
    """That a post is no more: a line of mrkdwn."""
    return f"~{_GONE}~ _{voice.say(_HOW[taken])}_"


def _no_more(taken: Taken, voice: Voice) -> Block:
    shown = [
        {"type": "text", "text": _GONE, "style": {"strike": True}},
        {
            "type": "text",
            "text": f" {voice.say(_HOW[taken])}",
            "style": {"italic": True},
        },
    ]
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": shown}]}
