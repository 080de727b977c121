"""What an insight is made of: a conversation, the post that a message shows, or a message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.domain.alerts import Alert
from bot.domain.demands import demand_of
from bot.domain.drills import is_practice
from bot.domain.excerpt import shorten
from bot.domain.fields import full_text
from bot.domain.insights import InsightError
from bot.domain.mention import Mention
from bot.domain.vanishing import shown_by
from bot.services import conversations, likeposts, tracking
from bot.services.base import Services
from bot.slack import ids
from bot.slack.gateway import Posted
from bot.slack.threads import words_of

WORDS = 600
"""Characters of a message that a form carries along."""


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody makes an insight of: a mention (its id), or else a message in Slack, its
    address, when it was written and what it says. Carried along by the form."""

    mention: str = ""
    url: str = ""
    at: datetime | None = None
    words: str = ""


async def of_conversation(services: Services, id: str) -> Subject:
    """A conversation's own post; of a spike, and of what else has many, the one that asks for
    something. Raises a ConversationError, or InsightError where none of its posts is left."""
    conversation = (await conversations.find(services, id)).value
    records = services.records
    kept = await records.alerts.get(conversation.alert) if conversation.alert else None
    if kept and kept.value.mention:
        shown = await records.mentions.get(kept.value.mention)
        if shown and shown.value.conversation == conversation.id:
            return Subject(mention=shown.value.id)
    elif kept and shown_by(kept.value):
        if told := await _best_of(services, kept.value):
            return told
        raise InsightError("None of its posts is kept any more.")
    found = await records.mentions.find({"conversation": conversation.id}, "at", limit=1)
    if found:
        return Subject(mention=found[0].value.id)
    return Subject(url=conversation.url, at=conversation.opened, words=conversation.title)


async def of_message(
    services: Services, message: Mapping[str, Any], links: Iterable[str], channel: str
) -> Subject:
    """What a message in Slack (in the channel with this id) is about: the post that a card of
    Vigie's shows, or that one of its `links` leads to; or else its own words.
    Raises InsightError where it is an insight's card, or of a drill."""
    for block in message.get("blocks") or ():
        if shown := await _shown_by(services, str(block.get("block_id") or "")):
            return shown
    for url in links:
        if known := await tracking.known(services, url):
            return await of_conversation(services, known.value.id)
    words = shorten(words_of(str(message.get("text") or ""), {}), WORDS)
    at = Posted(channel, str(message.get("ts") or ""))
    address = await services.slack.permalink(at)
    said = datetime.fromtimestamp(int(float(at.ts or 0)), UTC)
    return Subject(url=address or f"{at.channel} {at.ts}", at=said, words=words)


def there_already(id: str) -> InsightError:
    """That it needs not be made one, and how it is shown."""
    return InsightError("This is an insight already: `/vigie insight {id}`.", id=id)


async def _shown_by(services: Services, block: str) -> Subject | None:
    """What a block of a card of Vigie's shows, by its id."""
    kind, _, rest = block.partition(".")
    if kind in (ids.JUDGE_BLOCK, f"{ids.JUDGE_BLOCK}{ids.JUDGED_NOTE}"):
        return Subject(mention=rest.split(".")[0])
    if kind in (ids.DRILL_BLOCK, ids.PLAYBOOK_BLOCK) and is_practice(rest):
        raise InsightError("This is of a drill: nobody asked for it, and no insight is made of it.")
    if kind == ids.INSIGHT_BLOCK:
        raise there_already(rest.split(".")[0])
    if kind != "alert":
        return None
    alert = await services.records.alerts.get(rest)
    return await _best_of(services, alert.value) if alert else None


async def _best_of(services: Services, alert: Alert) -> Subject | None:
    """The post that an alert's card shows and that asks for something, or else the one that reached
    most; None where none is left."""
    shown = sorted(shown_by(alert))
    found = [kept.value for id in shown if (kept := await services.records.mentions.get(id))]
    told = [one for one in found if not one.deleted]
    if not told:
        return None
    brand = likeposts.brand_words(services, alert.watch)
    best = max(told, key=lambda one: (_asks(one, brand), one.reach, one.id))
    return Subject(mention=best.id)


def _asks(mention: Mention, brand: Sequence[str]) -> bool:
    demand = demand_of(full_text(mention.post), mention.analysis.language, brand)
    return demand is not None and demand.asks
