"""What people say of the posts that were flagged, or that they were asked about: of each by itself,
or by an act on its conversation."""

from __future__ import annotations

from typing import NamedTuple

from bot.domain.conversation import VIGIE, AuditEvent, Conversation, Dismissal
from bot.domain.judgements import Judgement, Verdict
from bot.domain.levels import Limits
from bot.domain.mention import Mention
from bot.domain.outbox import refresh_delivery
from bot.errors import ConversationError
from bot.services import levels
from bot.services.base import Services
from bot.store.base import Write

MOST = 100
"""Posts of one conversation that are judged at once."""


class Judged(NamedTuple):
    """A word on a post. Where all that was flagged in its open `conversation` is wrong now, it may
    be dismissed for the reason of `dismissal`."""

    judgement: Judgement
    mention: Mention
    conversation: Conversation | None = None
    dismissal: Dismissal = ""


async def judge(
    services: Services, id: str, verdict: Verdict, by: str, *, drawn: bool = False
) -> Judged:
    """Keep what `by` says of a mention: a later word takes the place of an earlier one, and the
    same word said again changes nothing. The conversation stays as it is. `drawn` is said of a
    post that people were asked about, though the question may be forgotten by now.

    Raises ConversationError where the post is kept no more.
    """
    records, now = services.records, services.now()
    kept = await records.mentions.get(id)
    watch = services.watches.find(kept.value.watch) if kept else None
    if kept is None or watch is None:
        raise ConversationError("This post is not kept any more.")
    mention = kept.value
    limits = await levels.limits(services, watch)
    told = await _is_told(services, mention)
    asked = None if told else await records.questions.get(id)
    judgement = Judgement(
        mention=id,
        watch=watch.name,
        verdict=verdict,
        by=by,
        at=now,
        score=asked.value.score if asked else _score(mention),
        threshold=asked.value.threshold if asked else limits.for_mention(mention).score,
        flagged=told or not (asked or drawn),
        own=True,
    )
    before = await records.judgements.get(id)
    if before and _says_the_same(before.value, judgement):
        judgement = before.value
    else:
        put = records.judgements.put(id, judgement)
        await records.commit([put, *await _shown_again(services, mention)])
        services.wake.set()
    return await _with_what_it_leaves(services, judgement, mention, limits)


async def writes(
    services: Services, was: Conversation, after: Conversation, event: AuditEvent
) -> list[Write]:
    """A judgement for each post of the conversation that was flagged, or the end of it where a
    dismissal was taken back. What was said of a post itself stands."""
    taken_back = event.deed == "reopen" and was.state == "dismissed"
    verdict = _verdict(event)
    if taken_back:
        return await _taken_back(services, after)
    if verdict is None:
        return []
    watch = services.watches.find(after.watch)
    if watch is None:
        return []
    judgements, limits = services.records.judgements, await levels.limits(services, watch)
    flagged = await flagged_in(services, after, limits)
    said = [(mention, await judgements.get(mention.id)) for mention in flagged]
    by = after.assignee if event.by == VIGIE else event.by
    return [
        judgements.put(
            mention.id,
            Judgement(
                mention=mention.id,
                watch=watch.name,
                verdict=verdict,
                by=by,
                at=event.at,
                score=_score(mention),
                threshold=limits.for_mention(mention).score,
            ),
            before.version if before else 0,  # a word that comes meanwhile is not lost
        )
        for mention, before in said
        if before is None or not before.value.own
    ]


async def _taken_back(services: Services, conversation: Conversation) -> list[Write]:
    """The end of what a dismissal said of its posts, whether they would be flagged today or not."""
    records = services.records
    found = await records.mentions.find({"conversation": conversation.id}, "at", limit=MOST)
    said = [await records.judgements.get(kept.value.id) for kept in found]
    return [
        records.judgements.remove(one.value.mention, one.version)
        for one in said
        if one and not one.value.own
    ]


async def flagged_in(
    services: Services, conversation: Conversation, limits: Limits
) -> list[Mention]:
    """The posts of a conversation that its alert tells of, or that its watch's limits flag now."""
    found = await services.records.mentions.find(
        {"conversation": conversation.id}, "at", limit=MOST
    )
    told = await _told(services, conversation)
    return [kept.value for kept in found if kept.value.id in told or limits.flags(kept.value)]


async def _told(services: Services, conversation: Conversation) -> tuple[str, ...]:
    """The ids of the mentions that the alert to a conversation tells of."""
    alert = await services.records.alerts.get(conversation.alert) if conversation.alert else None
    return (alert.value.mention, *alert.value.posts) if alert else ()


async def _is_told(services: Services, mention: Mention) -> bool:
    """Whether an alert tells of a mention: one that was asked about may have been edited since."""
    kept = await services.records.conversations.get(mention.conversation)
    return kept is not None and mention.id in await _told(services, kept.value)


def _verdict(event: AuditEvent) -> Verdict | None:
    """Who answers or resolves a flagged post says by that that it was flagged rightly. Vigie may
    find an answer at the source, which a person gave; what it resolves by itself tells nothing."""
    match event.deed:
        case "resolve" if event.by == VIGIE:
            return None
        case "reply" | "resolve":
            return "right"
        case "dismiss":
            return "not_negative" if event.because == "not_negative" else "not_about_us"
        case _:
            return None


def _says_the_same(one: Judgement, other: Judgement) -> bool:
    return (one.verdict, one.by, one.own) == (other.verdict, other.by, other.own)


async def _shown_again(services: Services, mention: Mention) -> list[Write]:
    """The card that tells of it drawn again, without a word that would ring."""
    records = services.records
    conversation = await records.conversations.get(mention.conversation)
    alert = await records.alerts.get(conversation.value.alert) if conversation else None
    if alert is None:
        return []
    id, channel = alert.value.id, alert.value.channel
    refresh = refresh_delivery(id, channel, services.sequence(), services.now())
    return [records.outbox.put(refresh.id, refresh, 0)]


async def _with_what_it_leaves(
    services: Services, judgement: Judgement, mention: Mention, limits: Limits
) -> Judged:
    """The judgement, with whether nothing is left in its conversation that was flagged rightly."""
    kept = await services.records.conversations.get(mention.conversation)
    if kept is None or not kept.value.is_open or judgement.verdict == "right":
        return Judged(judgement, mention, kept.value if kept else None)
    flagged = await flagged_in(services, kept.value, limits)
    words = [await services.records.judgements.get(one.id) for one in flagged]
    said = {word.value.verdict if word else None for word in words}
    dismissal: Dismissal = ""
    if said and not {None, "right"} & said:
        dismissal = "not_negative" if "not_negative" in said else "not_about_us"
    return Judged(judgement, mention, kept.value, dismissal)


def _score(mention: Mention) -> float | None:
    sentiment = mention.analysis.sentiment
    return sentiment.score if sentiment else None
