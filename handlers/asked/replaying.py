"""`/vigie replay`: when a watch would have rung."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.domain.replay import Replay
from bot.errors import ConversationError
from bot.i18n import Voice
from bot.pictures.replay import replay_alt, replay_svg
from bot.services import replaying
from bot.slack.blocks.parts import Card
from bot.slack.blocks.replay import replay_card
from handlers.asked.periods import period_in
from handlers.asked.pictures import Drawing, shown
from handlers.asked.question import Answer, Question, answered


async def _replay(question: Question) -> Card:
    """The figures in words; the picture goes where the answer is seen: into the thread, or to who
    asks alone."""
    services, voice = question.services, question.voice
    named, length = period_in(question.words, [watch.name for watch in services.watches.all])
    if not named:
        return answered(voice.say("Which watch? `/vigie replay WATCH 14d`."))
    watch = services.watches.named(named)
    length = _checked(length or replaying.LENGTH)
    own = replaying.own_sensitivity(watch)
    found = await replaying.looked_back(
        services, watch, (*replaying.SENSITIVITIES, own), length, patience=replaying.PATIENCE
    )
    if found is None:
        return answered(voice.say("⏱ That took too long. Ask again for fewer days."))
    rung = [ring for row in found.rows if row.days == own for ring in row.rings]
    abouts = await replaying.abouts(services.records, watch, rung)
    where = await shown(question, await asyncio.to_thread(_drawn, found, watch.name, voice))
    return replay_card(found, watch.name, own, abouts, where, voice)


def _checked(length: timedelta) -> timedelta:
    if not timedelta(days=1) <= length <= replaying.LONGEST:
        raise ConversationError(
            "A replay looks back on {least} to {most} days.",
            least=1,
            most=replaying.LONGEST.days,
        )
    return length


def _drawn(found: Replay, watch: str, voice: Voice) -> Drawing:
    day = found.until.astimezone(voice.zone).date().isoformat()
    return Drawing(
        filename=f"vigie-{day}.png",
        svg=replay_svg(found, watch, voice),
        title=voice.say("What would have rung: {watch}", watch=watch),
        alt=replay_alt(found, watch, voice),
    )


ANSWERS: dict[str, Answer] = {"replay": _replay}
"""By its English word; `bot.slack.blocks.help` knows the French one."""
