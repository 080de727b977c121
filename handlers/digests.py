"""Answers to what Vigie proposes because of people's judgements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.judgements import Proposal
from bot.errors import VigieError
from bot.services import judgements, voices
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.proposals import answered_words, with_answer
from handlers.clicks import Click, on_click
from handlers.replies import in_words

Answer = Callable[[Services, str, str], Awaitable[Proposal]]

ANSWERS: dict[str, Answer] = {
    ids.PROPOSAL_APPLY: judgements.apply,
    ids.PROPOSAL_DECLINE: judgements.decline,
}


def register(app: AsyncApp) -> None:
    for action in ANSWERS:
        app.action(action)(on_click(on_answer, keeps=True))


async def on_answer(clicked: Click) -> None:
    """An admin applies a proposal or declines it; anybody else is told who may."""
    try:
        proposal = await ANSWERS[clicked.action["action_id"]](
            clicked.services, clicked.value, clicked.by
        )
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        await clicked.redraw()
        return
    await clicked.taken()
    await _show(clicked, proposal)


async def _show(clicked: Click, proposal: Proposal) -> None:
    """The answer where it was given: in the place of the buttons, or in Home drawn again."""
    message: dict[str, Any] = clicked.body.get("message") or {}
    if (clicked.body.get("view") or {}).get("type") == "home":
        await clicked.redraw()
    elif message.get("blocks"):
        name = (clicked.body.get("channel") or {}).get("name", "")
        voice = voices.in_channel(clicked.services, f"#{name}")
        blocks = with_answer(message["blocks"], proposal, voice)
        text = message.get("text") or answered_words(proposal, voice)
        await clicked.respond(text=text, blocks=blocks, replace_original=True)
    else:
        await clicked.tell(answered_words(proposal, clicked.voice))
