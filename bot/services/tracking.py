"""What a person found, and Vigie did not: a link in a Slack message becomes a conversation.

Nothing is fetched from the link: what is known of the post is what was read before, or what the
message says of it.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from bot.domain.alerts import Alert, TrackedReason
from bot.domain.analysis.language import language_of
from bot.domain.conversation import AuditEvent, Conversation
from bot.domain.excerpt import shorten
from bot.domain.identity import conversation_id
from bot.domain.links import canonical, host_of, spellings
from bot.domain.mention import Mention
from bot.domain.severity import Graded, Severity
from bot.domain.watch import Watch
from bot.errors import SlackError
from bot.services import conversations, deadlines, escalation
from bot.services.base import Services
from bot.services.races import won
from bot.services.raising import raised
from bot.store.base import Put
from bot.store.repositories import Kept

TITLE_WORDS = 70
WORDS = 600

LATEST = 500
"""Mentions of a watch whose addresses are compared one by one: sources add parameters of their own
to their links, which people leave out."""

_SAME_POST = 10


class Find(msgspec.Struct, frozen=True, kw_only=True):
    """A link, the words that the message has about it, and where the message stands: the channel's
    id and name, and the ts of its thread."""

    url: str
    words: str
    channel: str
    channel_name: str
    thread: str


class Tracked(NamedTuple):
    """The conversation of a link; `is_new` says that it was opened, or first shown, by this."""

    conversation: Conversation
    is_new: bool


async def known(
    services: Services, url: str, watch: Watch | None = None
) -> Kept[Conversation] | None:
    """The conversation of a link that Vigie knows: one that was tracked, or that of a mention (at
    version 0 where nobody worked it yet). With a `watch`, its latest mentions are compared too."""
    if tracked := await services.records.conversations.get(_id_of(url)):
        return tracked
    mentions = await _mentions_at(services, url)
    if not mentions and watch:
        mentions = await _decorated(services, watch, url)
    found = [await conversations.find(services, mention.conversation) for mention in mentions]
    return max(found, key=lambda kept: (kept.version > 0, kept.value.is_open), default=None)


async def track(
    services: Services, find: Find, by: str, watch: str, severity: Severity = "medium"
) -> Tracked:
    """Open a conversation for a link, and show it in the thread where the link was found; a link
    that has one already is left as it is. Raises UnknownWatch."""
    chosen = services.watches.named(watch)
    channel, thread = await _place(services, find, chosen)
    called = await services.slack.name_of(by)
    reason = TrackedReason(
        by=by, called=called, url=find.url, words=shorten(find.words, WORDS), thread=thread
    )

    async def tracked() -> Tracked:
        before = await known(services, find.url, chosen)
        if before and before.version and before.value.alert:
            return Tracked(before.value, is_new=False)
        return await _open(services, find, before, reason, chosen, channel, severity)

    return await won(tracked)


async def suggested(services: Services, words: str) -> str:
    """The name of the watch that a message is about, or else of the first; `""` without any."""
    watches = services.watches.all

    def first_match() -> str:
        return next((watch.name for watch in watches if watch.query.matches(words)), "")

    return await asyncio.to_thread(first_match) or (watches[0].name if watches else "")


async def _mentions_at(services: Services, url: str) -> list[Mention]:
    repository = services.records.mentions
    for spelling in spellings(url):
        found = await repository.find(
            {"post.url": spelling}, "at", newest_first=True, limit=_SAME_POST
        )
        if found:
            return [kept.value for kept in found]
    return []


async def _decorated(services: Services, watch: Watch, url: str) -> list[Mention]:
    latest = await services.records.mentions.find(
        {"watch": watch.name}, "at", newest_first=True, limit=LATEST
    )
    wanted = canonical(url)
    return [kept.value for kept in latest if canonical(kept.value.post.url) == wanted][:1]


async def _open(
    services: Services,
    find: Find,
    before: Kept[Conversation] | None,
    reason: TrackedReason,
    watch: Watch,
    channel: str,
    severity: Severity,
) -> Tracked:
    """The conversation, its card, its deadline, and who did it, in one commit."""
    now, records = services.now(), services.records
    conversation = before.value if before else await _made(services, find, watch, now)
    mention = await _first_mention(services, conversation.id) if before else ""
    alert = Alert(
        id=f"tracked.{conversation.id}",
        kind="tracked",
        watch=conversation.watch,
        channel=channel,
        raised=now,
        reason=reason,
        conversation=conversation.id,
        graded=Graded(severity=severity),
        mention=mention,
    )
    conversation = replace(conversation, alert=alert.id)
    if not (before and before.version):
        conversation = replace(conversation, severity=severity)
    conversation, timers = deadlines.opened(services, conversation, now)
    await records.commit(
        [
            records.conversations.put(
                conversation.id, conversation, before.version if before else 0
            ),
            *_audited(services, conversation, reason.by, now),
            *raised(services, alert, now),
            *escalation.raised(services, alert, now),
            *timers,
        ]
    )
    services.wake.set()
    return Tracked(conversation, is_new=True)


def _audited(services: Services, conversation: Conversation, by: str, now: datetime) -> list[Put]:
    """Who tracked it, as the first event of a conversation; one that somebody worked already has
    begun otherwise, and only gets its card."""
    if conversation.state != "new":
        return []
    order = services.sequence()
    event = AuditEvent(
        id=f"{conversation.id}.{order}",
        conversation=conversation.id,
        order=order,
        at=now,
        by=by,
        deed="track",
    )
    return [services.records.audit.put(event.id, event, 0)]


async def _made(services: Services, find: Find, watch: Watch, now: datetime) -> Conversation:
    """A conversation of which nothing is known but what the message says."""
    host = host_of(find.url)
    spoken = await asyncio.to_thread(language_of, find.words, services.config.languages)
    words = shorten(find.words, TITLE_WORDS) or shorten(find.url, TITLE_WORDS)
    return Conversation(
        id=_id_of(find.url),
        watch=watch.name,
        title=f"“{words}” {host}",
        alert="",
        opened=now,
        changed=now,
        language=spoken.language,
        source=_source_at(services, host),
        url=find.url,
    )


async def _first_mention(services: Services, conversation: str) -> str:
    found = await services.records.mentions.find({"conversation": conversation}, "at", limit=1)
    return found[0].value.id if found else ""


def _id_of(url: str) -> str:
    """A link's own: whichever watch it is tracked for, it is one conversation."""
    return conversation_id("", "link", canonical(url))


def _source_at(services: Services, host: str) -> str:
    """The source that is polled at this host, or the host."""
    for source in services.config.sources:
        at = "news.ycombinator.com" if source.kind == "hackernews" else host_of(source.url)
        if at == host:
            return source.name
    return host


async def _place(services: Services, find: Find, watch: Watch) -> tuple[str, str]:
    """Where the card goes: the thread of the message where Vigie can write there, or else the
    watch's channel. A channel that the configuration names is called as it is there."""
    try:
        fault = await services.slack.channel_fault(find.channel)
    except SlackError:
        fault = "unasked"
    if fault:
        return watch.negative_channel, ""
    named = f"#{find.channel_name}"
    written = {channel.name for channel in services.config.channels}
    return (named if named in written else find.channel), find.thread
