"""Drafts: the form in which they are written, and that in which one is sent back."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec

from bot.domain.drafts import LONGEST
from bot.domain.excerpt import shorten
from bot.domain.phrases import Offer
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.drafts import BY_HAND, NOTE, POST, Quoted
from bot.slack.blocks.forms import field, modal, option, person_select, select, text_input
from bot.slack.blocks.parts import Block, context, local_time, quote, section
from bot.slack.mrkdwn import literal, name

TITLE = 160


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
