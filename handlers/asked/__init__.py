"""What a person asked for in words, wherever they typed it: understood, done, and answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.errors import VigieError
from bot.slack.blocks.help import canonical, unknown_card
from bot.slack.blocks.parts import Card
from bot.slack.mrkdwn import unescape
from handlers.asked import (
    alerts,
    campaigns,
    conversations,
    digests,
    drafts,
    drilling,
    exporting,
    forgetting,
    helping,
    insight,
    insightlist,
    learning,
    playbooks,
    recaps,
    replaying,
    reports,
    touring,
    trending,
    watching,
)
from handlers.asked.question import Answer, Question, answered
from handlers.replies import in_words

LONGEST = 4000
"""Characters of a question: what reads it takes time, and everybody may ask. A note has 3,000."""

ANSWERS: Mapping[str, Answer] = {
    **helping.ANSWERS,
    **reports.ANSWERS,
    **recaps.ANSWERS,
    **trending.ANSWERS,
    **campaigns.ANSWERS,
    **insight.ANSWERS,
    **insightlist.ANSWERS,
    **digests.ANSWERS,
    **learning.ANSWERS,
    **conversations.ANSWERS,
    **drafts.ANSWERS,
    **playbooks.ANSWERS,
    **drilling.ANSWERS,
    **alerts.ANSWERS,
    **replaying.ANSWERS,
    **exporting.ANSWERS,
    **forgetting.ANSWERS,
    **watching.ANSWERS,
    **touring.ANSWERS,
}
"""Each command by its English word; `bot.slack.blocks.help` knows the French ones, and what each
does."""


async def answer(question: Question) -> Card:
    """The card that answers a question; the first word of its `rest` is the command."""
    if len(question.rest) > LONGEST:
        words = question.voice.say(
            "That is too long: write at most {most} characters.", most=LONGEST
        )
        return answered(words)
    word, _, rest = question.rest.strip().partition(" ")
    known = ANSWERS.get(canonical(unescape(word)) or "")
    if known is None:
        return unknown_card(unescape(word), question.voice)
    try:
        return await known(replace(question, rest=rest.strip()))
    except VigieError as error:
        return answered(in_words(error, question.voice))
