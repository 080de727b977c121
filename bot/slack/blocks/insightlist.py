"""Insights ranked, in words: what people ask for most, and what waits."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.ranking import Decided, Ranked, Ranking
from bot.i18n import Voice
from bot.slack.blocks.insightparts import LIGHTS, STATE_NAMES, shown, titled
from bot.slack.blocks.parts import Block, Card, context, fitted, section
from bot.slack.mrkdwn import name

LISTED = 10
"""Insights that the answer shows."""


def ranking_title(found: Ranking, voice: Voice) -> str:
    """What stands above it; plain text."""
    days = voice.plural("{n} day", "{n} days", max(1, (found.until - found.since).days))
    if not found.team:
        return voice.say("What people ask for, {days}", days=days)
    return voice.say("What people ask of {team}, {days}", team=found.team, days=days)


def ranking_card(found: Ranking, picture: str, voice: Voice) -> Card:
    """The answer to who asked; `picture` says where picture and file are."""
    title = ranking_title(found, voice)
    if not found.rows:
        return fitted(title, [section(f"💡 *{name(title)}*\n{nothing(voice)}")], voice)
    lines = "\n".join(
        _line(number, row, found, voice) for number, row in enumerate(found.rows[:LISTED], start=1)
    )
    blocks: list[Block] = [
        section(f"💡 *{name(title)}*\n{' '.join(standing(found, voice))}"),
        section(lines),
    ]
    more = len(found.rows) - LISTED
    notes = [voice.say("…and {n} more.", n=voice.number(more))] if more > 0 else []
    blocks.append(context(*notes, how(voice), picture))
    return fitted(f"{title} – {' '.join(standing(found, voice))}", blocks, voice)


def nothing(voice: Voice) -> str:
    """What is said where there is none."""
    return voice.say("Nobody made an insight in this time, and none waits.")


def standing(found: Ranking, voice: Voice) -> Iterator[str]:
    """What waits, and how long decisions take; a sentence each."""
    if found.waiting:
        yield voice.plural("{n} waits for a decision.", "{n} wait for a decision.", found.waiting)
    if found.proposed:
        yield voice.plural(
            "{n} is proposed by Vigie.", "{n} are proposed by Vigie.", found.proposed
        )
    if found.decided is not None:
        yield voice.plural(
            "From the first post to the decision: {span} (of {n} insight).",
            "From the first post to the decision: {span} (the median of {n}).",
            found.decisions,
            span=voice.span(found.decided),
        )
    if len(found.teams) > 1:
        yield voice.say("{parts}.", parts="; ".join(_took(one, voice) for one in found.teams))


def _took(decided: Decided, voice: Voice) -> str:
    team = name(decided.team) if decided.team else voice.say("no team")
    return voice.say("{team}: {span}", team=team, span=voice.span(decided.took))


def how(voice: Voice) -> str:
    """How they are ranked, in a line."""
    return voice.say(
        "The more people ask for it, the higher it stands. More of them this week than the week "
        "before, more reach and a bad mood lift it too, by less."
    )


def plain_line(number: int, row: Ranked, voice: Voice) -> str:
    """One of them in a line of plain text."""
    people = voice.plural("{n} person", "{n} people", row.lately.people)
    state = voice.say(STATE_NAMES[row.insight.state])
    return f"{number}. {titled(row.insight, voice)} ({row.insight.id}) – {people} · {state}"


def _line(number: int, row: Ranked, found: Ranking, voice: Voice) -> str:
    insight, lately = row.insight, row.lately
    parts = [
        voice.plural("*{n}* person", "*{n}* people", lately.people),
        voice.say(
            "{week} this week, {before} the week before",
            week=voice.number(lately.week),
            before=voice.number(lately.before),
        ),
        voice.say("reach {reach}", reach=voice.number(row.reach)),
    ]
    if lately.mood is not None:
        parts.append(voice.say("mood {mood}", mood=voice.signed(lately.mood)))
    if insight.team and not found.team:
        parts.append(voice.say("for {team}", team=name(insight.team)))
    if insight.state == "heard":
        waits = voice.span(found.until - insight.heard)
        parts.append(voice.say("waits since {span}", span=waits))
    else:
        parts.append(voice.say(STATE_NAMES[insight.state]))
    title = f"{LIGHTS[insight.state]} *{shown(insight, voice)}* `{insight.id}`"
    return f"{number}. {title}\n{' · '.join(parts)}"
