"""Drafts: the form in which they are written, and what is said of them to two people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from bot.domain.conversation import Conversation
from bot.domain.drafts import LONGEST, Draft
from bot.domain.excerpt import shorten
from bot.domain.phrases import Offer
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks.forms import field, modal, option, person_select, select, text_input
from bot.slack.blocks.parts import (
    Block,
    Card,
    Element,
    actions,
    button,
    context,
    link_button,
    local_time,
    quote,
    section,
)
from bot.slack.blocks.titles import shown_title
from bot.slack.mrkdwn import escape, literal, name

POST = 500
TITLE = 160
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


class Started(NamedTuple):
    """Somebody else who drafts: how they are called, and since when they do."""

    called: str
    since: datetime


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """All that the form shows. `texts` are those of the offered phrases, filled; `chosen` is the
    number of the one that was chosen, `written` what stands in the draft; `others` draft for the
    same conversation."""

    draft: str
    title: str
    post: Quoted
    offer: Offer
    texts: tuple[str, ...]
    written: str = ""
    chosen: str = ""
    others: tuple[Started, ...] = ()


def draft_view(form: Form, voice: Voice) -> Block:
    """The post, the phrases that fit it, the draft, and who may approve it.

    Slack keeps what stands in an input for as long as its block has the same id: a chosen phrase
    comes in with another one (https://docs.slack.dev/reference/methods/views.update).
    """
    blocks: list[Block] = [
        context(
            voice.say(
                "*{who}* has been drafting an answer to this since {time}.",
                who=name(other.called),
                time=local_time(other.since, "{time}"),
            )
        )
        for other in form.others
    ]
    blocks.append(section(literal(shorten(form.title, TITLE)) or voice.say("Spike")))
    if form.post.text:
        blocks.append(quote(form.post.text, POST))
    blocks += _phrases(form, voice)
    blocks += [
        field(
            f"{ids.DRAFT_TEXT}.{form.chosen}",
            voice.say("Your answer"),
            text_input(written=form.written, most=LONGEST),
        ),
        field(
            ids.APPROVER,
            voice.say("Who approves it?"),
            person_select(empty=voice.say("Nobody needs to")),
            optional=True,
            hint=voice.say("They are asked in a direct message."),
        ),
        context(voice.say(BY_HAND)),
    ]
    return modal(
        ids.DRAFT_VIEW,
        voice.say("Draft an answer"),
        blocks,
        submit=voice.say("Done"),
        close=voice.say("Cancel"),
        metadata=form.draft,
        notify_on_close=True,
    )


def _phrases(form: Form, voice: Voice) -> list[Block]:
    phrases, is_its_language = form.offer
    if not phrases:
        return []
    options = [
        option(
            one.name if is_its_language else f"{one.name} ({voice.tongue(one.language)})",
            str(number),
        )
        for number, one in enumerate(phrases)
    ]
    choice = select(
        options,
        chosen=form.chosen,
        action_id=ids.DRAFT_PHRASE,
        empty=voice.say("Choose a phrase"),
    )
    blocks = [
        section(voice.say("Phrases of the playbook"), block_id=ids.DRAFT_PHRASES, accessory=choice)
    ]
    if not is_its_language:
        blocks.append(context(_foreign(form.post.language, voice)))
    return blocks


def _foreign(language: str, voice: Voice) -> str:
    if language == "unknown":
        return voice.say("In which language the post is is not known: mind that of the phrase.")
    return voice.say(
        "⚠️ The post is in {language}, and no phrase that fits it is: these are in other languages.",
        language=voice.tongue(language),
    )


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


def return_view(draft: str, voice: Voice) -> Block:
    """What should be different in a draft; `draft` comes back with it."""
    note = field(ids.NOTE, voice.say("What should be different?"), text_input(most=NOTE))
    return modal(
        ids.DRAFT_RETURN_VIEW,
        voice.say("Send back"),
        [note],
        submit=voice.say("Send back"),
        close=voice.say("Cancel"),
        metadata=draft,
    )


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
