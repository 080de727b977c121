"""Which playbook is for what: for an alert, for a conversation, for a name that somebody typed."""

from __future__ import annotations

import difflib

from bot.domain.alerts import Alert, SpikeReason
from bot.domain.conversation import Conversation
from bot.domain.folding import fold, full_text
from bot.domain.mention import Mention
from bot.domain.novelties import NoveltyReason
from bot.domain.phrases import Phrase
from bot.domain.playbooks import (
    Fit,
    Heard,
    Mood,
    Occasion,
    Playbook,
    fitting,
    phrases_of,
    spoken,
)
from bot.domain.velocity import VelocityReason
from bot.domain.waves import WaveReason
from bot.errors import ConversationError
from bot.services.base import Services
from bot.slack.blocks.playbook import ToSay
from bot.slack.blocks.themes import with_other_names
from bot.slack.mrkdwn import name as shown_name

MOST_POSTS = 10
"""Posts of an alert that are looked at."""

PRAISED, FEW_NEGATIVE = 0.3, 0.1
"""A post is praise from this sentiment on (-1 to 1), and a spike where all its posts at hand are
and at most this share of those that could be read is negative."""


async def fit_for(services: Services, alert: Alert) -> Fit | None:
    """The playbook that fits an alert as it is now, None where none does plainly."""
    occasion = _occasion(alert, await _at_hand(services, alert))
    return fitting(services.config.playbooks, occasion)


async def phrases_for(services: Services, conversation: Conversation) -> tuple[Phrase, ...]:
    """What the playbook has to say that was begun for a conversation's story, or fits it."""
    kept = await services.records.alerts.get(conversation.alert) if conversation.alert else None
    if kept is None:
        return ()
    alert = kept.value
    for id in (alert.id, alert.within, alert.part_of):
        begun = await services.records.checklists.get(id) if id else None
        if begun:
            return phrases_of(services.config.playbooks, begun.value.playbook)
    fit = await fit_for(services, alert)
    return phrases_of(services.config.playbooks, fit.name) if fit else ()


async def to_say(services: Services, checklist: str, language: str) -> ToSay:
    """What a begun playbook has to say: in the languages of the alert's posts first, then in
    `language`. Raises ConversationError where it is not known any more."""
    begun = await services.records.checklists.get(checklist)
    name = begun.value.playbook if begun else ""
    found = spoken(services.config.playbooks, name, language)
    if found is None:
        raise ConversationError("This playbook is not known any more.")
    alert = await services.records.alerts.get(checklist)
    posts = await _at_hand(services, alert.value) if alert else []
    conversation = alert.value.conversation if alert and alert.value.kind == "negative" else ""
    return ToSay(
        playbook=found,
        phrases=phrases_of(services.config.playbooks, name),
        languages=tuple(dict.fromkeys([*(one.analysis.language for one in posts), language])),
        conversation=conversation,
    )


def listed(services: Services, language: str) -> list[Playbook]:
    """Every playbook once, in a language as far as it is written in it, by title."""
    names = dict.fromkeys(playbook.name for playbook in services.config.playbooks)
    found = [spoken(services.config.playbooks, name, language) for name in names]
    return sorted((one for one in found if one), key=lambda one: fold(one.title))


def named(services: Services, written: str, language: str) -> Playbook:
    """The playbook that a person means by its name or its title, or by how one alone of them
    begins, in any language. Raises ConversationError."""
    called = fold(written.strip())
    known = {
        fold(word): playbook.name
        for playbook in services.config.playbooks
        for word in (playbook.title, playbook.name.replace("-", " "), playbook.name)
    }
    near = difflib.get_close_matches(called, known, n=1, cutoff=0.6)
    begun = [word for word in known if called and word.startswith(called)]
    if len({known[word] for word in begun}) > 1:
        begun = near = []
    word = called if called in known else next(iter([*begun, *near]), "")
    found = spoken(services.config.playbooks, known[word], language) if word else None
    if found is None:
        raise ConversationError(
            "There is no playbook “{name}”. `/vigie playbook` lists them.",
            name=shown_name(written),
        )
    return found


async def _at_hand(services: Services, alert: Alert) -> list[Mention]:
    found = [await services.records.mentions.get(id) for id in _posts(alert)[:MOST_POSTS]]
    return [one.value for one in found if one]


def _posts(alert: Alert) -> tuple[str, ...]:
    """The ids of the posts that show what it is about."""
    match alert.reason:
        case SpikeReason(posts=posts) | WaveReason(posts=posts) | NoveltyReason(posts=posts):
            return posts
        case VelocityReason(post=post):
            return (post,)
        case _:
            return alert.posts or ((alert.mention,) if alert.mention else ())


def _occasion(alert: Alert, posts: list[Mention]) -> Occasion:
    return Occasion(
        kind=alert.kind,
        severity=alert.severity,
        posts=tuple(
            Heard(full_text(one.post), with_other_names(one.analysis.themes)) for one in posts
        ),
        count=_count(alert),
        themes=with_other_names(_themes(alert)),
        languages=frozenset(one.analysis.language for one in posts),
        followers=max((one.post.followers or 0 for one in posts), default=0),
        mood=_mood(alert, posts),
    )


def _count(alert: Alert) -> int:
    match alert.reason:
        case SpikeReason(evidence=evidence):
            return evidence.seen
        case NoveltyReason(seen=seen):
            return seen
        case _:
            return max(alert.count, len(alert.posts), 1)


def _themes(alert: Alert) -> tuple[str, ...]:
    """Those that the alert names itself."""
    match alert.reason:
        case SpikeReason(themes=themes) | WaveReason(themes=themes):
            return themes
        case NoveltyReason(theme=theme):
            return (theme,)
        case _:
            return ()


def _mood(alert: Alert, posts: list[Mention]) -> Mood:
    """Praise only where all that is at hand is, and next to nothing else was read."""
    moods = [one.analysis.sentiment for one in posts]
    if not moods or not all(mood and mood.score >= PRAISED for mood in moods):
        return "negative"
    reason = alert.reason
    if isinstance(reason, SpikeReason) and reason.negative > FEW_NEGATIVE * reason.read:
        return "negative"
    return "positive"
