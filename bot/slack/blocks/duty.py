"""Who is on duty, from when to when, and who is away."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from bot.domain.duty import Away, Duty, Rota
from bot.i18n import Voice
from bot.slack.blocks.parts import Block, Card, context, local_time, section

COMING = 3
"""Duties after the running one that are shown."""


def duty_card(rota: Rota, now: datetime, voice: Voice) -> Card:
    """Who has it now, who has it then, who is away, and who hears of what nobody took."""
    first, *coming = islice(rota.duties(now), COMING + 1)
    text = _running(rota, first, voice)
    blocks: list[Block] = [section(f"📟 {text}")]
    if coming:
        blocks.append(section("\n".join(_coming(duty, voice) for duty in coming)))
    if away := rota.away_from(now):
        blocks.append(context(*(_away(one, voice) for one in away)))
    if rota.manager:
        words = voice.say("What they do not take goes to the manager, <@{who}>.", who=rota.manager)
        blocks.append(context(words))
    return Card(text, tuple(blocks))


def _running(rota: Rota, duty: Duty, voice: Voice) -> str:
    if not rota.people:
        return voice.say("Nobody is on duty: the configuration names no people under [duty].")
    until = local_time(duty.until) if duty.until else ""
    if not duty.who and until:
        return voice.say("Nobody is on duty until {time}: all are away.", time=until)
    if not duty.who:
        return voice.say("Nobody is on duty: all are away.")
    if until:
        return voice.say("*<@{who}>* is on duty until {time}.", who=duty.who, time=until)
    return voice.say("*<@{who}>* is on duty, alone.", who=duty.who)


def _coming(duty: Duty, voice: Voice) -> str:
    since = local_time(duty.since)
    if not duty.who:
        return voice.say("• from {time}: nobody, all are away", time=since)
    if duty.until:
        return voice.say(
            "• from {time} until {end}: <@{who}>",
            time=since,
            end=local_time(duty.until),
            who=duty.who,
        )
    return voice.say("• from {time}: <@{who}>", time=since, who=duty.who)


def _away(away: Away, voice: Voice) -> str:
    return voice.say(
        "🌴 <@{who}> is away from {first} to {last}",
        who=away.who,
        first=voice.day(away.since),
        last=voice.day(away.until),
    )
