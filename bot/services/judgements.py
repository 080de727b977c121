"""What people's judgements say of a watch, and what Vigie proposes because of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from bot.domain.alerts import Alert
from bot.domain.folding import full_text
from bot.domain.judgements import Judgement, Proposal
from bot.domain.mention import Mention
from bot.domain.precision import MEMORY, Flagged, Precision, precision
from bot.domain.proposals import excluding, is_stale, propose
from bot.domain.questions import Missed, missed
from bot.domain.watch import Watch
from bot.errors import Conflict, ConversationError
from bot.services import watching
from bot.services.base import Services
from bot.slack.mrkdwn import name
from bot.store.base import Write
from bot.store.repositories import Kept

MOST = 500
"""Flagged mentions of a watch that are looked at, the newest first: more would tell no more."""


async def flagged(services: Services, watch: str) -> list[Flagged]:
    """The mentions of a watch that were flagged in the last four weeks, and what people say of
    them. One whose post is kept no more has no text."""
    judged = {id: one for id, one in (await of_watch(services, watch)).items() if one.flagged}
    wanted = dict.fromkeys([*await told_of(services, watch), *judged])
    return [await _flagged(services, id, judged.get(id)) for id in list(wanted)[:MOST]]


async def precision_of(services: Services, watch: Watch) -> Precision:
    """How right the watch was, by what people say."""
    found = precision(watch.name, await flagged(services, watch.name))
    told = sum(alert.count or 1 for alert in await _alerts(services, watch.name))
    return replace(found, flagged=max(found.flagged, told))


async def misses(services: Services, watches: Iterable[Watch]) -> list[Missed]:
    """What was missed of each watch of which unflagged posts were judged."""
    found = [
        missed(watch.name, [*(await of_watch(services, watch.name)).values()]) for watch in watches
    ]
    return [one for one in found if one]


async def precisions(services: Services, watches: Iterable[Watch]) -> list[Precision]:
    """The precision of each watch of which anything was judged."""
    found = [await precision_of(services, watch) for watch in watches]
    return [one for one in found if one.judged]


async def proposed(services: Services, watch: Watch) -> tuple[Proposal | None, list[Write]]:
    """The change that Vigie proposes for a watch, if any, with the write that keeps it.

    One that waits for an answer stays as it is; what was declined does not come again.
    """
    if waits := await _waiting(services, watch):
        return waits[-1], []
    records = services.records.proposals
    kept = {one.value.id: one for one in await records.find({"watch": watch.name}, "at")}
    declined = frozenset(id for id, one in kept.items() if one.value.answer == "declined")
    known = await flagged(services, watch.name)
    made = await asyncio.to_thread(propose, watch, known, declined, services.now())
    if made is None:
        return None, []
    before = kept.get(made.id)
    return made, [records.put(made.id, made, before.version if before else 0)]


async def waiting(services: Services) -> list[Proposal]:
    """The proposals that wait for an admin's answer, oldest first."""
    kept = await services.records.proposals.find({}, "at", since=services.now() - MEMORY)
    return [one.value for one in kept if _waits(one.value, services.watches.find(one.value.watch))]


async def apply(services: Services, id: str, by: str) -> Proposal:
    """An admin wants the watch to be as proposed. Raises NotAnAdmin, and a ConversationError where
    there is nothing to apply any more."""
    kept, watch = await _to_answer(services, id, by)
    proposal = kept.value
    query = str(excluding(watch.query, proposal.exclude)) if proposal.exclude else None
    await watching.apply(services, by, watch.name, query=query, negative_below=proposal.threshold)
    return await _answered(services, kept, replace(proposal, answer="applied", by=by))


async def decline(services: Services, id: str, by: str) -> Proposal:
    """An admin does not want that, now or later. Raises as `apply` does."""
    kept, _ = await _to_answer(services, id, by)
    return await _answered(services, kept, replace(kept.value, answer="declined", by=by))


async def _to_answer(services: Services, id: str, by: str) -> tuple[Kept[Proposal], Watch]:
    """A proposal that waits for an answer, to an admin; and its watch."""
    watching.check_admin(services, by)
    kept = await services.records.proposals.get(id)
    if kept is None:
        raise ConversationError("This proposal is not kept any more.")
    if kept.value.answer == "applied":
        raise ConversationError("<@{who}> has applied it already.", who=kept.value.by)
    if kept.value.answer == "declined":
        raise ConversationError("<@{who}> has said no to it already.", who=kept.value.by)
    watch = services.watches.named(kept.value.watch)
    if is_stale(kept.value, watch):
        raise ConversationError(
            "{watch} was changed since this was proposed: it may not fit any more. If it is still "
            "needed, it is proposed anew.",
            watch=name(watch.name),
        )
    return kept, watch


async def _answered(services: Services, kept: Kept[Proposal], answered: Proposal) -> Proposal:
    """The answer kept; where two gave one at once, the first stands."""
    records = services.records
    try:
        await records.commit([records.proposals.put(answered.id, answered, kept.version)])
    except Conflict:
        now_kept = await records.proposals.get(answered.id)
        return now_kept.value if now_kept else answered
    return answered


async def _waiting(services: Services, watch: Watch) -> list[Proposal]:
    """Those of a watch as it is now, oldest first; what they count is four weeks old at most."""
    kept = await services.records.proposals.find(
        {"watch": watch.name}, "at", since=services.now() - MEMORY
    )
    return [one.value for one in kept if _waits(one.value, watch)]


def _waits(proposal: Proposal, watch: Watch | None) -> bool:
    """Whether somebody is to answer a proposal for a watch, as that is now."""
    return watch is not None and not proposal.answer and not is_stale(proposal, watch)


async def _alerts(services: Services, watch: str) -> list[Alert]:
    """The alerts to negative posts of a watch, the newest first."""
    found = await services.records.alerts.find(
        {"watch": watch}, "raised", since=services.now() - MEMORY, newest_first=True
    )
    return [kept.value for kept in found if kept.value.kind == "negative"]


async def told_of(services: Services, watch: str) -> list[str]:
    """The ids of the mentions that its alerts of the last four weeks name."""
    alerts = await _alerts(services, watch)
    return [id for alert in alerts for id in (alert.posts or (alert.mention,)) if id]


async def of_watch(services: Services, watch: str) -> Mapping[str, Judgement]:
    """What people said of a watch's posts in the last four weeks, by the mention's id."""
    found = await services.records.judgements.find(
        {"watch": watch}, "at", since=services.now() - MEMORY, newest_first=True
    )
    return {kept.value.mention: kept.value for kept in found}


async def _flagged(services: Services, id: str, judgement: Judgement | None) -> Flagged:
    kept = await services.records.mentions.get(id)
    mention = kept.value if kept else None
    sentiment = mention.analysis.sentiment if mention else None
    score = judgement.score if judgement else None
    if score is None and sentiment:
        score = sentiment.score
    return Flagged(
        mention=id,
        text=full_text(mention.post) if mention else "",
        weighed=tuple(one.word for one in sentiment.words) if sentiment else (),
        score=score,
        verdict=judgement.verdict if judgement else None,
        answered=judgement is None and await _is_answered(services, mention),
    )


async def _is_answered(services: Services, mention: Mention | None) -> bool:
    if mention is None:
        return False
    kept = await services.records.conversations.get(mention.conversation)
    return kept is not None and kept.value.answered is not None
