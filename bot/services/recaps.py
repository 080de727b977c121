"""One conversation, or one thread in Slack, summed up for who asks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import tzinfo

import structlog

from bot.domain.alerts import Alert
from bot.domain.conversation import VIGIE, Conversation
from bot.domain.gist import Entry, gist_of_exchange, gist_of_talk, of_posts
from bot.domain.mention import Mention
from bot.domain.recap import Recap, Step, TalkRecap, seen_by, steps_of
from bot.services import conversations, exchanges
from bot.services.base import Services
from bot.services.cards import posts_of
from bot.slack.gateway import Posted
from bot.slack.threads import Said, Thread, address_in, read_thread, words_of

log = structlog.get_logger(__name__)

MOST_MENTIONS = 500
"""Mentions of a conversation that are looked through."""

_ALERT = ".alert"


async def of_conversation(services: Services, written: str, patience: float, zone: tzinfo) -> Recap:
    """The conversation that a person means by `written`, summed up; its thread is read anew for no
    longer than `patience` (seconds). Days end as they do in `zone`. Raises UnknownConversation."""
    conversation, exchange = await exchanges.show(services, written, patience)
    mentions = await _mentions(services, conversation)
    entries = of_posts(
        exchange.posts or [mention.post for mention in mentions],
        services.config.is_own,
        conversation.language,
    )
    gist = await asyncio.to_thread(
        gist_of_exchange, entries, zone, is_one_thread=bool(exchange.posts)
    )
    steps = steps_of(await conversations.history(services, conversation.id))
    return Recap(
        conversation=conversation,
        gist=gist,
        reach=seen_by(mentions),
        mentions=len(mentions),
        steps=steps,
        names=await _names(services, _people_in(steps)),
        read=exchange.read,
        error=exchange.error,
    )


async def of_thread(
    services: Services, channel: str, ts: str, patience: float, zone: tzinfo
) -> TalkRecap:
    """The thread that begins with the message `ts` in a channel, summed up; with the conversation
    whose card stands in it. Raises a SlackError where it cannot be read."""
    thread = await read_thread(services.slack.client, channel, ts)
    about = await _about(services, thread)
    entries, names = await _entries(services, thread, channel)
    gist = await asyncio.to_thread(gist_of_talk, entries, zone)
    recap = await of_conversation(services, about, patience, zone) if about else None
    log.info("a thread was summed up", messages=len(thread.said), conversation=about)
    return TalkRecap(gist=gist, about=recap, is_cut=thread.is_cut, names=tuple(names.values()))


async def _mentions(services: Services, conversation: Conversation) -> list[Mention]:
    """Those of a conversation that are still there; of a spike (and its like), which has none, the
    posts that its card quotes."""
    found = await services.records.mentions.find(
        {"conversation": conversation.id}, "at", limit=MOST_MENTIONS
    )
    mentions = [kept.value for kept in found]
    alert = await _alert_of(services, conversation) if not mentions else None
    if alert is not None:
        mentions = await posts_of(services, alert)
    return [mention for mention in mentions if not mention.deleted]


async def _alert_of(services: Services, conversation: Conversation) -> Alert | None:
    kept = await services.records.alerts.get(conversation.alert) if conversation.alert else None
    return kept.value if kept else None


async def _about(services: Services, thread: Thread) -> str:
    """The id of the one conversation whose card stands in a thread, `""` where there is none such:
    that of its first message, else the only one."""
    alerts = [one.delivery[: -len(_ALERT)] for one in thread.said if one.delivery.endswith(_ALERT)]
    found = [kept.value for id in alerts if (kept := await services.records.alerts.get(id))]
    if not found:
        return ""
    first = found[0]
    if thread.said[0].delivery == f"{first.id}{_ALERT}" and first.count <= 1:
        return first.conversation
    ids = {alert.conversation for alert in found if alert.count <= 1}
    return ids.pop() if len(ids) == 1 and first.count <= 1 else ""


async def _entries(
    services: Services, thread: Thread, channel: str
) -> tuple[tuple[Entry, ...], dict[str, str]]:
    """What people wrote in a thread, and an app's message that it began with, if that is not
    Vigie's; and what the people in it are called."""
    root = thread.said[0] if thread.said else None
    told = [
        one
        for one in thread.said
        if (one.user and not await _is_asked_of_an_app(services, one))
        or (one is root and not one.delivery)
    ]
    if root is None or not told:
        return (), {}
    people = {one.user for one in told if one.user} | {who for one in told for who in one.to}
    names = await _names(services, people)
    permalink = await services.slack.permalink(Posted(channel, root.ts))
    return tuple(_entry(one, root, permalink, names) for one in told), names


async def _is_asked_of_an_app(services: Services, said: Said) -> bool:
    """Whether a message is a word to an app (`@Vigie summarise`), and none of the talk."""
    member = await services.slack.member(said.first_named) if said.first_named else None
    return member is not None and member.is_bot


def _entry(said: Said, root: Said, permalink: str, names: dict[str, str]) -> Entry:
    return Entry(
        id=said.ts,
        by=said.user or said.app,
        author=names.get(said.user, said.user) or said.app,
        at=said.at,
        text=words_of(said.text, names),
        url=address_in(permalink, root.ts, said.ts),
        to=said.to,
    )


def _people_in(steps: Sequence[Step]) -> set[str]:
    named = {who for step in steps for who in (step.event.by, step.event.to, step.had)}
    return named - {"", VIGIE}


async def _names(services: Services, people: Iterable[str]) -> dict[str, str]:
    ids = sorted(people)
    names = await asyncio.gather(*(services.slack.name_of(id) for id in ids))
    return dict(zip(ids, names, strict=True))
