"""Insights in App Home: those that wait for a person's decision."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.insights import Insight
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.forms import option
from bot.slack.blocks.insightparts import KIND_NAMES, shown
from bot.slack.blocks.parts import Block, Element, context, header, local_time, section
from bot.slack.mrkdwn import name

LISTED = 4
"""Lines in Home, which has no room for more."""


def waiting_blocks(insights: Sequence[Insight], voice: Voice) -> list[Block]:
    """Those that wait for a decision, the oldest first, each with what can be decided; nothing
    where there are none."""
    if not insights:
        return []
    blocks = [header(voice.say("Insights that wait for your decision"))]
    blocks += [_line(insight, voice) for insight in insights[:LISTED]]
    if len(insights) > LISTED:
        left = voice.number(len(insights) - LISTED)
        command = voice.say("`/vigie insights`")
        blocks.append(context(voice.say("…and {n} more: {command}", n=left, command=command)))
    return blocks


def _line(insight: Insight, voice: Voice) -> Block:
    people = voice.plural("{n} person", "{n} people", insight.people)
    about = (
        voice.say(KIND_NAMES[insight.kind]),
        people,
        voice.say("reach {n}", n=voice.number(insight.reach)),
        name(insight.team),
        voice.say("since {time}", time=local_time(insight.heard, "{date_short_pretty}")),
    )
    facts = " · ".join(part for part in about if part)
    words = f"🔴 `{insight.id}` *{shown(insight, voice)}*\n{facts}"
    block = f"{ids.INSIGHT_BLOCK}.{insight.id}"
    return section(words, block_id=block, accessory=_menu(insight, voice))


def _menu(insight: Insight, voice: Voice) -> Element:
    choices = (
        (voice.say("Accept"), ids.INSIGHT_ACCEPT),
        (voice.say("Decline…"), ids.INSIGHT_DECLINE),
        (voice.say("Planned"), ids.INSIGHT_PLAN),
        (voice.say("Shipped"), ids.INSIGHT_SHIP),
        (voice.say("Not an insight"), ids.INSIGHT_DISMISS),
    )
    options = [option(label, f"{action} {insight.id}") for label, action in choices]
    return {"type": "overflow", "action_id": ids.INSIGHT_MORE, "options": options}
