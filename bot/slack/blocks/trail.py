"""How an alert came to its channel, in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.severity import SEVERITIES
from bot.domain.trail import Condition, Miss, Trail
from bot.i18n import Voice, phrase
from bot.slack.blocks.severity import NAMES
from bot.slack.mrkdwn import name

_MISSES: Mapping[Condition, str] = {
    "watch": phrase("*{route}* does not fit: it is for {wanted}, and this is about {found}."),
    "kind": phrase("*{route}* does not fit: it is for {wanted} alone."),
    "severity": phrase("*{route}* does not fit: it begins at {wanted}, and this is {found}."),
    "language": phrase(
        "*{route}* does not fit: it is for posts in {wanted}, and these are in {found}."
    ),
    "theme": phrase(
        "*{route}* does not fit: it is for posts about {wanted}, and these are about {found}."
    ),
    "hours": phrase("*{route}* does not fit: it is for the hours that the team does not work."),
}
_NOTHING_FOUND: Mapping[Condition, str] = {
    "language": phrase("*{route}* does not fit: it is for posts in {wanted}."),
    "theme": phrase("*{route}* does not fit: it is for posts about {wanted}."),
}
_CLOSED = phrase("*{route}* does not fit: it is for the hours that the team works.")
_KINDS = {
    "negative": phrase("negative posts"),
    "spike": phrase("spikes"),
    "wave": phrase("waves of negative posts"),
    "silence": phrase("silences"),
    "theme": phrase("new themes"),
    "velocity": phrase("posts that spread fast"),
}


def went_to(channel: str, route: str, trail: Trail | None, voice: Voice) -> list[str]:
    """Where it went, by which route, why the ones before that did not fit, and whether it rang: a
    line of mrkdwn each."""
    words = phrase("It goes to {channel}, as its watch says.")
    if route:
        words = phrase("The route *{route}* sends it to {channel}.")
    elif trail and trail.misses:
        words = phrase("No route fits: it goes to {channel}, as its watch says.")
    lines = [voice.say(words, route=name(route), channel=name(channel))]
    if trail is None:
        return lines
    lines += [missed(miss, voice) for miss in trail.misses]
    if trail.hushed:
        lines.append(
            voice.say("Nobody is rung: the team is closed, and only what is critical rings then.")
        )
    return lines


def missed(miss: Miss, voice: Voice) -> str:
    """Why a route did not fit."""
    words = _MISSES[miss.condition]
    if not miss.found:
        words = _NOTHING_FOUND.get(miss.condition, words)
    elif miss.condition == "hours" and miss.wanted == ("open",):
        words = _CLOSED
    wanted, found = (
        voice.listed(_called(term, miss.condition, voice) for term in terms)
        for terms in (miss.wanted, miss.found)
    )
    return voice.say(words, route=name(miss.route), wanted=wanted, found=found)


def _called(term: str, condition: Condition, voice: Voice) -> str:
    """What a route asks for, or what was found, as a reader calls it."""
    match condition:
        case "kind":
            return voice.say(_KINDS.get(term, term))
        case "severity":
            return voice.say(next(NAMES[step] for step in SEVERITIES if step == term)).lower()
        case "language":
            return voice.tongue(term)
        case _:
            return name(term)
