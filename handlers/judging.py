"""Clicks by which people say what they think of single posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from slack_bolt.async_app import AsyncApp

from bot.domain.judgements import Verdict
from bot.errors import VigieError
from bot.services import judging, voices
from bot.services.judging import Judged
from bot.slack import ids
from bot.slack.blocks.judging import dismissal_offer, with_word, word_on
from handlers.clicks import Click, on_click
from handlers.replies import in_words

ANSWERS: Mapping[str, Verdict] = {
    ids.ANSWER_NEGATIVE: "right",
    ids.ANSWER_NOT_NEGATIVE: "not_negative",
    ids.ANSWER_NOT_ABOUT_US: "not_about_us",
}


def register(app: AsyncApp) -> None:
    app.action(ids.JUDGE)(on_click(on_judged, keeps=True))
    for action in ANSWERS:
        app.action(action)(on_click(on_answered, keeps=True))


async def on_judged(clicked: Click) -> None:
    """A flagged post is called right, or wrong."""
    verdict, _, mention = clicked.value.partition(" ")
    known: Mapping[str, Verdict] = {one: one for one in get_args(Verdict)}
    if verdict in known:
        await _judge(clicked, mention, known[verdict], drawn=False)


async def on_answered(clicked: Click) -> None:
    """A post that was not flagged is called negative, or not."""
    await _judge(clicked, clicked.value, ANSWERS[clicked.action["action_id"]], drawn=True)


async def _judge(clicked: Click, mention: str, verdict: Verdict, *, drawn: bool) -> None:
    try:
        judged = await judging.judge(clicked.services, mention, verdict, clicked.by, drawn=drawn)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    await clicked.taken()
    await _show(clicked, judged)
    if judged.dismissal and judged.conversation and clicked.body.get("response_url"):
        card = dismissal_offer(judged.conversation.id, judged.dismissal, clicked.voice)
        await clicked.respond(
            text=card.text,
            blocks=list(card.blocks),
            response_type="ephemeral",
            replace_original=False,
        )


async def _show(clicked: Click, judged: Judged) -> None:
    """The word where it was said: a card is drawn again by the outbox, anything else here; of what
    one person alone sees, Slack does not say what stands in it."""
    if clicked.body.get("view"):
        await clicked.redraw()
        return
    block = str(clicked.action.get("block_id", ""))
    message: dict[str, Any] = clicked.body.get("message") or {}
    if not block.startswith((ids.QUESTION_BLOCK, ids.JUDGE_BLOCK + ids.JUDGED_NOTE)):
        return
    channel = (clicked.body.get("channel") or {}).get("name", "")
    voice = voices.in_channel(clicked.services, f"#{channel}")
    if message.get("blocks"):
        blocks = with_word(message["blocks"], block, judged.judgement, voice)
        text = str(message.get("text") or word_on(judged.judgement, voice))
        await clicked.respond(text=text, blocks=blocks, replace_original=True)
    else:
        await clicked.tell(word_on(judged.judgement, clicked.voice))
