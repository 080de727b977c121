"""Answers that may take long: whoever waits is told so after a second, and that word becomes the
answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext

from bot.services import working
from bot.slack.blocks.help import canonical
from bot.slack.blocks.parts import Card
from bot.slack.blocks.working import elsewhere_card, working_card
from bot.slack.mrkdwn import unescape
from handlers.asked import answer
from handlers.asked.question import Question, answered
from handlers.desk import MOST, Desk

PATIENCE = 1.0
"""Seconds after which a word is said."""

LONG = frozenset(
    {"summary", "digest", "trend", "compare", "campaign", "replay", "summarise", "insights"}
)
"""What looks through much, or asks a language model. An export tells how far it is by itself; all
else is answered at once, where it was asked."""

SHARED = frozenset({"status", "watches"})
"""What is looked up once for all who ask: who waits for it does not work, and takes no seat from
those who do."""

Show = Callable[[Card], Awaitable[None]]


async def answer_in_time(question: Question, show: Show, desk: Desk) -> None:
    """Answer where it was asked, which is what `show` does. What takes longer than a second is told
    of in the thread, or else in the messages of who asks, where the answer then takes its place;
    where Slack redraws no more just now, it is said, and answered, where it was asked.
    Who waits for enough already is told that."""
    if _command(question) not in LONG | {"export"}:
        async with _seat(question):
            card = await answer(question)
        await show(card)  # however slow Slack is, others are worked on meanwhile
        return
    with desk.turn(question.by) as has_turn:
        if has_turn:
            await _answer_soon(question, show)
            return
    words = question.voice.say(
        "You wait for {most} answers already. Ask again once they are there.", most=MOST
    )
    await show(answered(words))


async def _answer_soon(question: Question, show: Show) -> None:
    answering = asyncio.ensure_future(answer(question))
    try:
        if _tells_late(question):
            await asyncio.wait({answering}, timeout=PATIENCE)
        if answering.done() or not _tells_late(question):
            await show(await answering)
            return
        await _answer_late(question, answering, show)
    finally:
        answering.cancel()


async def _answer_late(question: Question, answering: asyncio.Future[Card], show: Show) -> None:
    services, voice, thread = question.services, question.voice, question.thread
    to = question.channel if thread else question.by
    told = await working.told(services, to, thread, voice)
    if not thread:
        await show(elsewhere_card(voice) if told else working_card(voice))
    card = await answering
    if told is None or not await working.replaced(services, told, card, to=to, thread=thread):
        await show(card)


def _seat(question: Question) -> AbstractAsyncContextManager[None]:
    return nullcontext() if _command(question) in SHARED else question.services.seats


def _tells_late(question: Question) -> bool:
    return _command(question) in LONG


def _command(question: Question) -> str | None:
    return canonical(unescape(question.rest.strip().partition(" ")[0]))
