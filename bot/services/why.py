"""Gathering why a conversation was told as it was: all of it was kept, nothing is decided anew."""

from __future__ import annotations

from typing import Protocol

from bot.config import Config
from bot.domain.alerts import Alert, Mute
from bot.domain.conversation import Conversation
from bot.domain.lesson import Lesson
from bot.domain.levels import Levels
from bot.domain.mention import Mention
from bot.domain.mutes import fits, scope_of
from bot.domain.watch import Watch
from bot.domain.why import Explained, mildness
from bot.services import finding, levels
from bot.services.base import Services
from bot.store.repositories import Repository

POSTS = 50
"""Posts of a conversation that are looked through for the worst one."""


class Shelves(finding.Shelves, Protocol):
    """Where it is looked up: `bot.store.repositories.Records` is such."""

    @property
    def alerts(self) -> Repository[Alert]: ...
    @property
    def mutes(self) -> Repository[Mute]: ...
    @property
    def levels(self) -> Repository[Levels]: ...
    @property
    def lessons(self) -> Repository[Lesson]: ...


async def why(services: Services, written: str) -> Explained:
    """Why the conversation was told as it was that a person means by `written`. Raises
    UnknownConversation."""
    kept = await finding.find(services, written)
    watch = services.watches.find(kept.value.watch)
    return await explained(services.records, services.config, kept.value, watch)


async def explained(
    records: Shelves, config: Config, conversation: Conversation, watch: Watch | None
) -> Explained:
    """The same of a conversation at hand, whose watch is (or was) `watch`."""
    alert = await _alert_of(records, conversation)
    mention = await _worst_post(records, conversation)
    mute = None
    if alert is None and mention is not None:
        mute = await _mute_at(records, mention)
    limits = await levels.limits_by(records.levels, watch) if watch else None
    return Explained(
        conversation=conversation,
        alert=alert,
        part_of=await _whole_of(records, alert),
        mention=mention,
        mute=mute,
        is_own=mention is not None and config.is_own(mention.post),
        limit=limits.for_mention(mention) if limits and mention else None,
        rank=limits.rank(mention) if limits and mention else None,
        group=config.alerts.group,
        repeat_every=config.alerts.repeat_every,
        taught=await _taught(records, mention) if mention else 0,
        copied=await _copied(records, mention) if mention else "",
    )


async def _alert_of(records: Shelves, conversation: Conversation) -> Alert | None:
    """The alert that shows it, or else the last that was raised for it."""
    if conversation.alert and (kept := await records.alerts.get(conversation.alert)):
        return kept.value
    found = await records.alerts.find(
        {"conversation": conversation.id}, "raised", newest_first=True, limit=1
    )
    return found[0].value if found else None


async def _whole_of(records: Shelves, alert: Alert | None) -> Alert | None:
    whole = (alert.within or alert.part_of) if alert else ""
    kept = await records.alerts.get(whole) if whole else None
    return kept.value if kept else None


async def _worst_post(records: Shelves, conversation: Conversation) -> Mention | None:
    found = await records.mentions.find(
        {"conversation": conversation.id}, "at", newest_first=True, limit=POSTS
    )
    return min((kept.value for kept in found), key=mildness, default=None)


async def _taught(records: Shelves, mention: Mention) -> int:
    kept = await records.lessons.get(mention.analysis.language)
    return kept.value.taught if kept else 0


async def _copied(records: Shelves, mention: Mention) -> str:
    """The conversation of the post that this one is a copy of."""
    kept = await records.mentions.get(mention.copy_of) if mention.copy_of else None
    return kept.value.conversation if kept else ""


async def _mute_at(records: Shelves, mention: Mention) -> Mute | None:
    """The mute that held when a post was first seen, of those that are still kept."""
    seen = mention.seen
    for kept in await records.mutes.find({}, "until", since=seen):
        mute = kept.value
        holds = mute.holds(seen) and (mute.since or seen) <= seen
        if holds and fits(scope_of(mute), mention.watch, "negative", mention):
            return mute
    return None
