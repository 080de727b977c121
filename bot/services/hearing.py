"""An insight that somebody makes of a post or a message: what is proposed of it, and kept."""

from __future__ import annotations

import msgspec
import structlog
from msgspec.structs import replace

from bot.domain.alike import index
from bot.domain.demands import Demand, demand_of
from bot.domain.excerpt import shorten
from bot.domain.fields import full_text
from bot.domain.identity import insight_id
from bot.domain.insights import (
    LONGEST_TITLE,
    Insight,
    InsightError,
    Kind,
    Voiced,
    begun,
    voiced_by,
    voiced_id,
)
from bot.domain.likeposts import spoken
from bot.domain.mention import NEUTRAL, Mention
from bot.services import insights, insightteams, likeposts, owning, tracking
from bot.services.base import Services
from bot.services.subjects import Subject, there_already

log = structlog.get_logger(__name__)


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What a form shows: the insight as it is proposed, what it is made of, so many like posts by
    so many people with so much reach, and the insights that it may be added to, the likest
    first. They are `counted`, unless that took too long for the form."""

    insight: Insight
    subject: Subject
    posts: int = 0
    people: int = 0
    reach: int = 0
    counted: bool = True
    others: tuple[Insight, ...] = ()


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody put into the form: a new insight, or the id of `other` to add it to; whether
    like posts voice it as well."""

    title: str
    kind: Kind
    theme: str = ""
    team: str = ""
    other: str = ""
    like: bool = False


async def prepared(services: Services, subject: Subject) -> Prepared:
    """What is proposed of it. Raises InsightError where its post is gone, says nothing, or is an
    insight already."""
    mention = await _mention(services, subject)
    insight = await _proposed(services, subject, mention)
    await _check_new(services, insight, mention)
    said = _said(services, subject, mention, insight)
    like = await likeposts.in_time(services, insight, said)
    return Prepared(
        insight=insight,
        subject=subject,
        counted=like is not None,
        posts=len(like or ()),
        people=len({voiced_by("", one).who for one in like or ()}),
        reach=sum(one.reach for one in like or ()),
        others=await likeposts.others_like(services, insight, said),
    )


async def heard(services: Services, subject: Subject, chosen: Chosen, by: str) -> Insight:
    """`by` makes an insight of it, or adds it to one. Raises InsightError."""
    mention = await _mention(services, subject)
    if chosen.other:
        return await _added(services, chosen.other, subject, mention, by)
    proposed = await _proposed(services, subject, mention)
    wanted = replace(
        proposed,
        title=chosen.title,
        kind=chosen.kind,
        theme=chosen.theme,
        team=chosen.team,
        titled=proposed.titled if chosen.title == proposed.title else "",
    )
    before = await services.records.insights.get(wanted.id)
    routed = insightteams.routed(services, wanted, ())
    insight = await insights.hear(services, routed, [_voice(routed, subject, mention)], by)
    if before is None or before.value.state != "proposed":
        return insight
    return await _as_chosen(services, insight, chosen, by)


async def _added(
    services: Services, id: str, subject: Subject, mention: Mention | None, by: str
) -> Insight:
    """One that there is, voiced by this too; who adds to a proposal says that it is one."""
    other = (await insights.find(services, id)).value
    if not other.is_open:  # since the form was opened
        raise InsightError("Choose another insight, which is still open.")
    if other.state == "proposed":
        other = await insights.carry_out(services, other.id, "hear", by)
    return await insights.add(services, other.id, [_voice(other, subject, mention)])


async def _as_chosen(services: Services, insight: Insight, chosen: Chosen, by: str) -> Insight:
    """One that Vigie had proposed, as somebody put it into the form; who is not of its team takes
    it as it was proposed."""
    if not insightteams.may_do(services, "change", by, insight):
        return insight
    return await owning.change(
        services, insight.id, by, chosen.title, chosen.kind, chosen.theme, chosen.team
    )


async def add_like(services: Services, subject: Subject, insight: Insight) -> Insight:
    """All posts like what it was made of voice the insight as well."""
    mention = await _mention(services, subject)
    like = await likeposts.like(services, insight, _said(services, subject, mention, insight))
    more = [voiced_by(insight.id, one) for one in like]
    return await insights.add(services, insight.id, more) if more else insight


async def _check_new(services: Services, insight: Insight, mention: Mention | None) -> None:
    records = services.records
    voiced = await records.voiced.find({"mention": mention.id}, "at") if mention else []
    for id in dict.fromkeys((insight.id, *(one.value.insight for one in voiced))):
        there = await records.insights.get(id)
        if there is not None and there.value.state not in ("proposed", "dismissed"):
            raise there_already(id)


async def _mention(services: Services, subject: Subject) -> Mention | None:
    if not subject.mention:
        return None
    kept = await services.records.mentions.get(subject.mention)
    if kept is None or kept.value.deleted:
        raise InsightError("This post is not kept any more.")
    return kept.value


async def _proposed(services: Services, subject: Subject, mention: Mention | None) -> Insight:
    """The insight as Vigie would begin it."""
    now = services.now()
    if mention is not None:
        text, language = full_text(mention.post), mention.analysis.language
        found = demand_of(text, language, likeposts.brand_words(services, mention.watch))
        kind = found.kind if found else _kind(mention)
        said = found.sentence if found else mention.post.title or mention.post.text
        made = begun(mention, shorten(said, LONGEST_TITLE), kind, now)
        made = replace(made, titled=mention.id, words=index(found) if found else ())
        return insightteams.routed(services, made, mention.analysis.themes)
    watch = await tracking.suggested(services, subject.words)
    if not subject.words.strip():
        raise InsightError("There is nothing in this message to make an insight of.")
    made = Insight(
        id=insight_id(subject.url),
        title=shorten(subject.words, LONGEST_TITLE),
        kind="wish",
        watch=watch,
        heard=now,
        first=subject.at or now,
    )
    return insightteams.routed(services, made, ())


def _voice(insight: Insight, subject: Subject, mention: Mention | None) -> Voiced:
    if mention is not None:
        return voiced_by(insight.id, mention)
    return Voiced(
        id=voiced_id(insight.id, insight_id(subject.url)),
        insight=insight.id,
        at=subject.at or insight.heard,
        url=subject.url,
    )


def _said(
    services: Services, subject: Subject, mention: Mention | None, insight: Insight
) -> Demand:
    """What it is made of asks for, or speaks of."""
    text = full_text(mention.post) if mention else subject.words
    return spoken(
        text, insight.language, likeposts.brand_words(services, insight.watch), insight.kind
    )


def _kind(mention: Mention) -> Kind:
    """What a post is that asks for nothing in words that are known: by how it feels."""
    felt = mention.analysis.sentiment
    if felt and felt.score <= -NEUTRAL:
        return "complaint"
    return "praise" if felt and felt.score >= NEUTRAL else "wish"
