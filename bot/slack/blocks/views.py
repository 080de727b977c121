"""Modals: whom to assign to, how it was resolved, how long to mute."""

from __future__ import annotations

from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import Block, Element, plain, section

HOURS = {"1": "1 hour", "4": "4 hours", "24": "1 day", "72": "3 days", "168": "1 week"}
"""How long a watch can be muted, in hours."""


def assign_view(conversation: str, title: str, voice: Voice) -> Block:
    """A user picker."""
    picker: Element = {
        "type": "users_select",
        "action_id": ids.VALUE,
        "placeholder": plain("Choose a person", 150),
    }
    return _modal(
        ids.ASSIGN_VIEW,
        "Assign",
        "Assign",
        conversation,
        [_about(title), _input(ids.ASSIGNEE, "Who takes care of it?", picker)],
    )


def resolve_view(conversation: str, title: str, voice: Voice) -> Block:
    """A note on how it ended; it may stay empty."""
    note: Element = {
        "type": "plain_text_input",
        "action_id": ids.VALUE,
        "multiline": True,
        "max_length": 1000,
        "placeholder": plain("Answered, refund sent", 150),
    }
    block = _input(ids.NOTE, "How was it resolved?", note) | {"optional": True}
    return _modal(ids.RESOLVE_VIEW, "Resolve", "Resolve", conversation, [_about(title), block])


def mute_view(target: str, watch: str, voice: Voice) -> Block:
    """How long the alerts of a watch are held back; `target` travels in private metadata."""
    options = [{"text": plain(words, 75), "value": hours} for hours, words in HOURS.items()]
    choice: Element = {
        "type": "static_select",
        "action_id": ids.VALUE,
        "options": options,
        "initial_option": options[0],
    }
    words = f"Alerts about {watch} are held back. Mentions are still kept and counted."
    blocks = [_about(words), _input(ids.MUTE_FOR, "For how long?", choice)]
    return _modal(ids.MUTE_VIEW, "Mute watch", "Mute", target, blocks)


def notice_view(words: str, voice: Voice) -> Block:
    """A word to a person where no message can be written to them."""
    return {
        "type": "modal",
        "callback_id": ids.NOTICE_VIEW,
        "title": plain("Vigie", 24),
        "close": plain("Close", 24),
        "blocks": [section(words)],
    }


def _about(words: str) -> Block:
    return {"type": "section", "text": plain(words, 3000)}


def _input(block_id: str, label: str, element: Element) -> Block:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
    }


def _modal(callback: str, title: str, submit: str, metadata: str, blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": plain(title, 24),
        "submit": plain(submit, 24),
        "close": plain("Cancel", 24),
        "private_metadata": metadata,
        "blocks": blocks,
    }
