"""Drafts: what is said of them to two people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.conversation import Conversation
from bot.domain.drafts import Draft
from bot.domain.excerpt import shorten
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks.parts import (
    Block,
    Card,
    Element,
    actions,
    button,
    context,
    link_button,
    quote,
    section,
)
from bot.slack.blocks.titles import shown_title
from bot.slack.mrkdwn import escape, name

POST = 500
NOTE = 1000

BY_HAND = phrase(
    "Vigie never posts outside Slack: copy the text, post it where the post is, and say so here."
)


class Quoted(NamedTuple):
    """The post that is answered; `language` is an ISO 639-1 code or "unknown"."""

    text: str
    author: str
    language: str
    url: str


def opening_card(conversation: Conversation, voice: Voice) -> Card:
    """A conversation that somebody wants to answer, with the way into the form."""
    words = voice.say(
        "An answer to `{id}`: {title}",
        id=conversation.id,
        title=shown_title(conversation, voice),
    )
    form = button(voice.say("Draft an answer…"), ids.DRAFT, conversation.id)
    row = _row(conversation.id, [form, link_button(*_open(conversation.url, voice))])
    return Card(words, (section(words), row))


def second_card(conversation: Conversation, called: str, voice: Voice) -> Card:
    """To one who drafts: somebody else has begun as well."""
    words = voice.say(
        "{who} has begun to draft an answer to `{id}` as well: {title}",
        who=name(called),
        id=conversation.id,
        title=shown_title(conversation, voice),
    )
    return Card(words, (section(words),))


def asking_card(draft: Draft, called: str, post: Quoted, voice: Voice) -> Card:
    """To who is asked to approve a draft."""
    words = voice.say(
        "{who} asks you to approve this answer in `{id}`.", who=name(called), id=draft.conversation
    )
    row = _row(
        draft.id,
        [
            button(voice.say("Approve"), ids.DRAFT_APPROVE, draft.id, style="primary"),
            button(voice.say("Send back…"), ids.DRAFT_RETURN, draft.id),
            link_button(*_open(post.url, voice)),
        ],
    )
    return Card(words, (section(words), *_text(post, draft), row))


def decided_card(draft: Draft, called: str, post: Quoted, voice: Voice) -> Card:
    """The same, once they have decided."""
    words = (
        phrase("✅ You approved {who}’s answer in `{id}`.")
        if draft.state == "approved"
        else phrase("↩️ You sent {who}’s answer in `{id}` back.")
    )
    text = voice.say(words, who=name(called), id=draft.conversation)
    return Card(text, (section(text), *_text(post, draft)))


def ready_card(draft: Draft, approver: str, url: str, voice: Voice) -> Card:
    """To who drafted it: the text to copy, and the way to the post."""
    words = voice.say("📝 Your answer in `{id}` is ready.", id=draft.conversation)
    if approver:
        words = voice.say(
            "✅ {who} approved your answer in `{id}`.", who=name(approver), id=draft.conversation
        )
    row = _row(
        draft.id,
        [
            link_button(*_open(url, voice)),
            button(voice.say("I have sent it"), ids.DRAFT_SENT, draft.id, style="primary"),
        ],
    )
    return Card(words, (section(words), preformatted(draft.text), row, context(voice.say(BY_HAND))))


def sent_card(draft: Draft, voice: Voice) -> Card:
    """The same, once they said that they sent it."""
    words = voice.say("✅ You have sent this answer in `{id}`.", id=draft.conversation)
    return Card(words, (section(words), preformatted(draft.text)))


def returned_card(draft: Draft, approver: str, voice: Voice) -> Card:
    """To who drafted it: what is to be different."""
    words = voice.say(
        "↩️ {who} sent your answer in `{id}` back.", who=name(approver), id=draft.conversation
    )
    change = button(voice.say("Change it…"), ids.DRAFT, draft.conversation)
    note = section(f"> {escape(shorten(draft.note, NOTE))}")
    blocks = (section(words), note, preformatted(draft.text), _row(draft.id, [change]))
    return Card(words, blocks)


def approved_note(draft: Draft, voice: Voice) -> str:
    """Who wrote an answer and who approved it, as a line for the conversation's thread."""
    return voice.say(
        "Answer drafted by {author}, approved by {approver}.",
        author=f"@{{{draft.by}}}",
        approver=f"@{{{draft.approver}}}",
    )


def preformatted(text: str) -> Block:
    """Text to be copied as it is: nothing in it is markup, and lines stay where they are."""
    element: Element = {"type": "text", "text": text}
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [element]}],
    }


def _text(post: Quoted, draft: Draft) -> list[Block]:
    return [*([quote(post.text, POST)] if post.text else []), preformatted(draft.text)]


def _open(url: str, voice: Voice) -> tuple[str, str, str]:
    return voice.say("Open post"), ids.OPEN_LINK, url


def _row(about: str, elements: Sequence[Element | None]) -> Block:
    return actions(f"{ids.DRAFT_BLOCK}.{about}", [element for element in elements if element])
