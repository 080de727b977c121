"""What is held back: muted, listed, lifted; why something was told; and who is on duty."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.domain.alerts import Mute
from bot.domain.mute_parser import length_of, read
from bot.services import mutes, why
from bot.slack.blocks.duty import duty_card
from bot.slack.blocks.mutes import lifted_words, mutes_card, set_words, which_card
from bot.slack.blocks.parts import Card
from bot.slack.blocks.why import why_card
from bot.slack.mrkdwn import unescape
from handlers.asked.question import MEMBER, Answer, Question, answered

MUTED = timedelta(hours=4)

_NUMBER = re.compile(r"#?(\d{1,4})", re.ASCII)
_LINKED = re.compile(r"<[^>|]*\|([^>]*)>")


async def _mute(question: Question) -> Card:
    words, watches = await _typed(question), _watches(question)
    if not words or length_of(words):
        return which_card(watches, question.voice, length_of(words))
    scope, length = read(words, watches)
    set_ = await mutes.hold_back(question.services, scope, question.by, length or MUTED)
    return answered(set_words(set_, question.voice))


async def _unmute(question: Question) -> Card:
    words = await _typed(question)
    if not words:
        return await _mutes(question)
    lifted = await _lifted(question, words)
    if lifted is None:
        return answered(
            question.voice.say("That is not muted. `/vigie mutes` shows what is held back.")
        )
    return answered(lifted_words(lifted, question.voice))


async def _lifted(question: Question, words: str) -> Mute | None:
    if number := _NUMBER.fullmatch(words):
        return await mutes.lift_number(question.services, int(number[1]), question.by)
    scope = read(words, _watches(question)).scope
    return await mutes.lift_scope(question.services, scope, question.by)


async def _mutes(question: Question) -> Card:
    found = await mutes.listed(question.services)
    return mutes_card(found, question.services.now(), question.voice)


async def _why(question: Question) -> Card:
    id, _ = question.split()
    if not id:
        return answered(
            question.voice.say(
                "Why what? `/vigie why ID`; the ids are on the alerts and in `/vigie queue`."
            )
        )
    return why_card(await why.why(question.services, unescape(id)), question.voice)


async def _duty(question: Question) -> Card:
    services = question.services
    return duty_card(services.config.rota, services.now(), question.voice)


def _watches(question: Question) -> list[str]:
    return [watch.name for watch in question.services.watches.all]


async def _typed(question: Question) -> str:
    """What was typed, with the names of members and the labels of links in the place of what Slack
    makes of them: who is muted is an author at a source."""
    rest = question.rest
    for member in MEMBER.finditer(rest):
        called = member[2] or await question.services.slack.name_of(member[1])
        rest = rest.replace(member[0], f"@{called}")
    return unescape(_LINKED.sub(r"\1", rest)).strip()


ANSWERS: dict[str, Answer] = {
    "mute": _mute,
    "mutes": _mutes,
    "unmute": _unmute,
    "why": _why,
    "duty": _duty,
}
