"""What waits for an answer, how long answers took, and what was learnt, as lines of a report."""

from __future__ import annotations

from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.excerpt import shorten
from bot.domain.reports import Gained
from bot.domain.responses import Responses, Waiting
from bot.i18n import Voice
from bot.slack.blocks.insightparts import titled
from bot.slack.blocks.parts import Block, local_time, section
from bot.slack.blocks.titles import shown_title
from bot.slack.mrkdwn import link, literal

TITLE = 100
INSIGHTS = 3
INSIGHT = 60


def waiting_blocks(waiting: Waiting, now: datetime, voice: Voice) -> list[Block]:
    """What nobody has answered, the most pressing with deadline, post and card; nothing where
    nothing waits."""
    if not waiting.total:
        return []
    head = voice.plural("*{n} unanswered*", "*{n} unanswered*", waiting.total)
    if waiting.overdue:
        late = voice.plural("*{n} overdue*", "*{n} overdue*", waiting.overdue)
        head = f"{head} · ⏰ {late}"
    cards = (*waiting.cards, *("" for _ in waiting.first[len(waiting.cards) :]))
    lines = [head]
    lines += [
        _conversation(one, card, now, voice)
        for one, card in zip(waiting.first, cards, strict=False)
    ]
    if more := waiting.total - len(waiting.first):
        lines.append(voice.say("…and {more} more: `/vigie queue`", more=voice.number(more)))
    return [section("\n".join(lines))]


def _conversation(conversation: Conversation, card: str, now: datetime, voice: Voice) -> str:
    title = shown_title(conversation, voice, TITLE)
    who = f"<@{conversation.assignee}>" if conversation.assignee else voice.say("nobody yet")
    parts = (
        f"• `{conversation.id}` {title}",
        who,
        _deadline(conversation.due, now, voice),
        link(conversation.url, voice.say("post")) if conversation.url else "",
        link(card, voice.say("card")) if card else "",
    )
    return " · ".join(filter(None, parts))


def _deadline(due: datetime | None, now: datetime, voice: Voice) -> str:
    if due is None:
        return ""
    if due <= now:
        return voice.say("⏰ overdue since {time}", time=local_time(due))
    return voice.say("to be answered by {time}", time=local_time(due))


def response_line(responses: Responses, before: Responses | None, voice: Voice) -> str:
    """How long the first answer took at the median, of how many, against the time before."""
    answers = voice.plural("{n} answer", "{n} answers", responses.answers)
    measured = voice.plural("{n} seen at the source", "{n} seen at the source", responses.measured)
    line = voice.say(
        "⏱ First answer after {time} at the median ({answers}, {measured})",
        time=voice.span(responses.median),
        answers=answers,
        measured=measured,
    )
    if before is None:
        return line
    was = voice.say(
        "in the time before {time} ({answers})",
        time=voice.span(before.median),
        answers=voice.plural("{n} answer", "{n} answers", before.answers),
    )
    return f"{line}; {was}"


def gained_line(gained: Gained, voice: Voice) -> str:
    """The insights of a time, `""` where there were none."""
    parts: list[str] = []
    if gained.heard:
        heard = voice.plural("{n} insight heard", "{n} insights heard", len(gained.heard))
        named = ", ".join(
            f"`{one.id}` {literal(shorten(titled(one, voice), INSIGHT))}"
            for one in gained.heard[:INSIGHTS]
        )
        parts.append(f"{heard} ({named})")
    if gained.shipped:
        parts.append(voice.plural("{n} shipped", "{n} shipped", gained.shipped))
    return f"💡 {', '.join(parts)}" if parts else ""
