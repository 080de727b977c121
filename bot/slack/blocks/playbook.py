"""Playbooks as they are read: the list, one of them whole, and what it has to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.domain.phrases import Phrase, filled
from bot.domain.playbooks import Playbook, Step
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.drafts import preformatted
from bot.slack.blocks.parts import Block, Card, actions, button, context, fitted, plain, section
from bot.slack.mrkdwn import literal, name

MOST_BLOCKS = 100
"""In a modal (https://docs.slack.dev/reference/views/modal-views)."""


def playbooks_card(playbooks: Sequence[Playbook], voice: Voice) -> Card:
    """All playbooks in a line each, with what each is for."""
    title = voice.say("Playbooks")
    lines = [_listed(one, voice) for one in playbooks]
    how = voice.say("`/vigie playbook NAME` shows one. An alert offers the one that fits.")
    blocks: list[Block] = [section("\n".join([f"📋 *{title}*", *lines])), context(how)]
    return fitted(title, blocks, voice)


def _listed(playbook: Playbook, voice: Voice) -> str:
    title = f"*{name(playbook.title)}* (`{playbook.name}`)"
    if not playbook.purpose:
        return f"• {title}"
    return voice.say("• {title}: {purpose}", title=title, purpose=literal(playbook.purpose))


def playbook_card(
    playbook: Playbook, phrases: Sequence[Phrase], languages: Iterable[str], me: str, voice: Voice
) -> Card:
    """One playbook whole, to who asks; its `phrases` in these `languages` first."""
    title = voice.say("Playbook: {title}", title=name(playbook.title))
    lines = [_step_line(number, step, voice) for number, step in enumerate(playbook.steps, 1)]
    blocks: list[Block] = [
        section(f"📋 *{title}*\n{literal(playbook.purpose)}".rstrip()),
        section("\n".join(lines)),
        *_avoid(playbook, voice),
        *_phrases(_by_language(phrases, languages), me, voice),
    ]
    return fitted(title, blocks, voice)


class ToSay(NamedTuple):
    """What a begun playbook has to say: its `phrases`, those in `languages` first; `conversation`
    (`""` for none) may be answered with them."""

    playbook: Playbook
    phrases: Sequence[Phrase]
    languages: Sequence[str]
    conversation: str


def phrases_view(told: ToSay, me: str, voice: Voice) -> Block:
    """What to say and what not to do, in a window; `me` is how who asks is called."""
    blocks: list[Block] = [section(f"*{name(told.playbook.title)}*")]
    blocks += _phrases(_by_language(told.phrases, told.languages), me, voice)
    blocks += _avoid(told.playbook, voice)
    if told.conversation:
        draft = button(voice.say("Draft an answer…"), ids.DRAFT, told.conversation)
        blocks.append(actions(f"{ids.PLAYBOOK_BLOCK}.draft", [draft]))
    blocks.append(
        context(voice.say("These phrases are offered in the form of `/vigie reply` as well."))
    )
    return {
        "type": "modal",
        "callback_id": ids.NOTICE_VIEW,
        "title": plain(voice.say("What to say"), 24),
        "close": plain(voice.say("Close"), 24),
        "blocks": blocks[:MOST_BLOCKS],
    }


def step_line(number: int, role: str, text: str, voice: Voice) -> str:
    """A step with its number (from 1) and by whom it is done, if that is said: a line of mrkdwn."""
    words = literal(text)
    if role:
        words = voice.say("*{role}*: {words}", role=name(role), words=words)
    return f"{number}. {words}"


def _step_line(number: int, step: Step, voice: Voice) -> str:
    words = step_line(number, step.role, step.text, voice)
    if step.within is None:
        return words
    return f"{words} _({voice.say('within {span}', span=voice.span(step.within))})_"


def _by_language(phrases: Sequence[Phrase], languages: Iterable[str]) -> list[Phrase]:
    first = list(languages)
    return sorted(
        phrases,
        key=lambda one: first.index(one.language) if one.language in first else len(first),
    )


def _phrases(phrases: Sequence[Phrase], me: str, voice: Voice) -> list[Block]:
    blocks: list[Block] = []
    for one in phrases:
        tongue = voice.tongue(one.language)
        blocks.append(section(f"💬 *{name(one.name)}* ({tongue})"))
        blocks.append(preformatted(filled(one.text, author="@…", me=me)))
    return blocks


def _avoid(playbook: Playbook, voice: Voice) -> list[Block]:
    if not playbook.avoid:
        return []
    lines = [f"• {literal(line)}" for line in playbook.avoid]
    return [section("\n".join([f"⛔ *{voice.say('What not to do')}*", *lines]))]
