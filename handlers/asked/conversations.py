"""What people do to conversations, in words."""

from __future__ import annotations

from bot.services import conversations
from bot.slack.blocks.conversations import queue_card
from bot.slack.blocks.parts import Card
from bot.slack.mrkdwn import unescape
from handlers.asked.question import MEMBER, Answer, Question, answered, title


async def _queue(question: Question) -> Card:
    whose = await question.member(question.rest) if question.rest else ""
    found = await conversations.queue(question.services, whose)
    return queue_card(found, question.voice, whose=whose)


async def _claim(question: Question) -> Card:
    id, _ = question.split()
    if not id:
        return answered(
            question.voice.say(
                "Which one? `/vigie claim ID`; the ids are on the alerts and in `/vigie queue`."
            )
        )
    claimed = await conversations.claim(question.services, id, question.by)
    return answered(
        question.voice.say("`{id}` is yours: {title}", id=claimed.id, title=title(claimed))
    )


async def _assign(question: Question) -> Card:
    id, whom = question.split()
    if not id or not whom:
        return answered(question.voice.say("Which one, and to whom? `/vigie assign ID @user`."))
    to = await question.member(whom)
    assigned = await conversations.assign(question.services, id, question.by, to)
    return answered(
        question.voice.say(
            "`{id}` is <@{who}>’s now: {title}", id=assigned.id, who=to, title=title(assigned)
        )
    )


async def _resolve(question: Question) -> Card:
    id, note = question.split()
    if not id:
        return answered(question.voice.say("Which one? `/vigie resolve ID [note]`."))
    said = MEMBER.sub(lambda found: f"@{found[2] or found[1]}", note)
    resolved = await conversations.resolve(
        question.services, id, question.by, unescape(said).strip()
    )
    return answered(
        question.voice.say("✅ `{id}` is resolved: {title}", id=resolved.id, title=title(resolved))
    )


ANSWERS: dict[str, Answer] = {
    "queue": _queue,
    "claim": _claim,
    "assign": _assign,
    "resolve": _resolve,
}
