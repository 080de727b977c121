"""What was said lately, how right the alerts were, and what the work weighs."""

from __future__ import annotations

import re

from bot.services import digests, judgements, load, subscriptions
from bot.slack.blocks.load import own_card, team_card
from bot.slack.blocks.parts import Card
from bot.slack.blocks.proposals import precision_card
from bot.slack.blocks.subscriptions import settings_card
from handlers.asked.question import Answer, Question

_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^>]*)?>")

HERE = frozenset({"channel", "canal", "here", "ici"})


async def _digest(question: Question) -> Card:
    """Mine as it would be now; `channel`, or a channel's name: that channel's."""
    services = question.services
    if not question.rest:
        digest = await digests.of_person(services, question.by)
    else:
        digest = await digests.of_channel(services, await _channel(question))
    return await digests.worded_card(services, digest, question.voice)


async def _channel(question: Question) -> str:
    """The name of the channel that is meant."""
    written = question.named
    if written.casefold() in HERE:
        return await question.services.slack.channel_called(question.channel)
    if found := _CHANNEL.fullmatch(question.rest.strip()):
        return await question.services.slack.channel_called(found[1])
    return f"#{written.lstrip('#')}"


async def _precision(question: Question) -> Card:
    services = question.services
    watches = [services.watches.named(question.named)] if question.rest else [*services.watches.all]
    found = [await judgements.precision_of(services, watch) for watch in watches]
    names = {watch.name for watch in watches}
    waiting = [one for one in await judgements.waiting(services) if one.watch in names]
    return precision_card(found, waiting, question.voice)


async def _subscribe(question: Question) -> Card:
    return settings_card(await subscriptions.of(question.services, question.by), question.voice)


async def _load(question: Question) -> Card:
    """One's own; to the manager the team's sums."""
    services = question.services
    if question.by == services.config.rota.manager:
        return team_card(await load.of_team(services), question.voice)
    return own_card(await load.of_person(services, question.by), question.voice)


ANSWERS: dict[str, Answer] = {
    "digest": _digest,
    "precision": _precision,
    "subscribe": _subscribe,
    "load": _load,
}
