"""A conversation as it stands at its source: who wrote what when, the brand's own marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.exchange import Exchange
from bot.domain.mention import Post
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks import steps
from bot.slack.blocks.parts import (
    Block,
    Card,
    button,
    context,
    divider,
    fitted,
    local_time,
    plain,
    quote,
    section,
)
from bot.slack.blocks.titles import shown_title
from bot.slack.faults import why
from bot.slack.mrkdwn import link, name

IN_VIEW = 46
"""Posts that a modal shows: two blocks each, of at most a hundred."""

IN_MESSAGE = 20

POST = 1200
"""Characters of one post: 46 of them stay far below what a view may weigh (250 kB)."""


Ours = Callable[[Post], bool]
"""Whether a post is by an account of the brand's own."""


def exchange_view(
    conversation: Conversation, exchange: Exchange, ours: Ours, voice: Voice, now: datetime
) -> Block:
    """The whole of it, to be scrolled through."""
    blocks = [
        *_head(conversation, exchange, voice, now),
        *_posts(exchange.posts, ours, voice, IN_VIEW),
    ]
    return {
        "type": "modal",
        "callback_id": ids.EXCHANGE_VIEW,
        "title": plain(voice.say("Exchange"), 24),
        "close": plain(voice.say("Close"), 24),
        "blocks": blocks,
    }


def exchange_card(
    conversation: Conversation, exchange: Exchange, ours: Ours, voice: Voice, now: datetime
) -> Card:
    """As much of it as a message holds, with the conversation's row."""
    row = steps.buttons(conversation, voice, f"{ids.DIRECT_BLOCK}.{conversation.id}")
    head = _head(conversation, exchange, voice, now)
    title = voice.say("The exchange of `{id}`", id=conversation.id)
    posts = _posts(exchange.posts, ours, voice, IN_MESSAGE)
    return fitted(title, [*head, row, *posts], voice)


def _head(
    conversation: Conversation, exchange: Exchange, voice: Voice, now: datetime
) -> list[Block]:
    title = shown_title(conversation, voice)
    state = context(steps.state_line(conversation, voice, now))
    summarise = button(voice.say("Summarise"), ids.RECAP, conversation.id)
    blocks = [
        section(f"{title} · {name(conversation.watch)}", accessory=summarise),
        {**state, "block_id": f"{ids.STATE_BLOCK}.{conversation.id}"},
    ]
    if exchange.error:
        blocks.append(
            context(
                voice.say(
                    "⚠️ The source could not be read just now ({why}). This is how it was {time}.",
                    why=why(exchange.error, voice),
                    time=local_time(exchange.read),
                )
            )
        )
    return [*blocks, divider()]


def _posts(posts: Sequence[Post], ours: Ours, voice: Voice, most: int) -> list[Block]:
    """The first, and the last of the rest: how it began and how it stands."""
    if not posts:
        return [section(voice.say("Nothing of it is known here."))]
    shown = posts if len(posts) <= most else (posts[0], *posts[-(most - 1) :])
    blocks: list[Block] = []
    for place, post in enumerate(shown):
        blocks += _post(post, ours(post), voice)
        if place == 0 and len(posts) > most:
            words = voice.plural(
                "… {n} post is left out …", "… {n} posts are left out …", len(posts) - len(shown)
            )
            blocks.append(context(words))
    return blocks


def _post(post: Post, by_us: bool, voice: Voice) -> list[Block]:
    who = name(post.author or voice.say("somebody"))
    parts = [
        voice.say("🏷️ *{who}* (us)", who=who) if by_us else f"*{who}*",
        local_time(post.at),
        link(post.url, voice.say("open")),
    ]
    title = "" if post.title in post.text else post.title
    return [context(" · ".join(parts)), quote(post.text, POST, title=title)]
