"""What a person asked for in words, wherever they typed it: understood, done, and answered."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.conversation import Conversation
from bot.domain.duration import duration
from bot.domain.excerpt import shorten
from bot.errors import ConversationError, SlackError, VigieError
from bot.services import conversations, lookout, mutes, reports
from bot.services.base import Services
from bot.slack.blocks.conversations import queue_card
from bot.slack.blocks.help import help_card, unknown_card
from bot.slack.blocks.parts import Card, local_time, section
from bot.slack.blocks.status import status_card, watches_card
from bot.slack.blocks.summary import summary_card
from bot.slack.mrkdwn import escape, literal, name, unescape
from handlers.replies import in_words

Answer = Callable[[Services, str, str], Awaitable[Card]]

DAY = timedelta(days=1)
MUTED = timedelta(hours=4)

_MEMBER = re.compile(r"<@([A-Z0-9]+)(?:\|([^>]*))?>")


async def answer(services: Services, words: str, by: str) -> Card:
    """The card that answers `words` (as Slack sends them, escaped), asked by a member."""
    word, _, rest = words.strip().partition(" ")
    known = ANSWERS.get(word.casefold() or "help")
    if known is None:
        return unknown_card(unescape(word))
    try:
        return await known(services, rest.strip(), by)
    except VigieError as error:
        return _say(in_words(error))


async def _help(services: Services, rest: str, by: str) -> Card:
    mine = await conversations.queue(services, by)
    everybody = await conversations.queue(services)
    return help_card(
        mine=len(mine),
        waiting=sum(1 for conversation in everybody if conversation.state == "new"),
        admin=by in services.config.slack.admins,
        example=services.config.watches[0].name,
    )


async def _summary(services: Services, rest: str, by: str) -> Card:
    watch, period = _split_period(unescape(rest), DAY)
    report = await reports.summary(services, watch, period)
    return summary_card(report)


async def _queue(services: Services, rest: str, by: str) -> Card:
    whose = await _member(services, rest, by) if rest else ""
    return queue_card(await conversations.queue(services, whose), whose=whose)


async def _claim(services: Services, rest: str, by: str) -> Card:
    id, _, _ = rest.partition(" ")
    if not id:
        return _say(
            "Which one? `/vigie claim ID`; the ids are on the alerts and in `/vigie queue`."
        )
    claimed = await conversations.claim(services, id, by)
    return _say(f"`{claimed.id}` is yours: {_title(claimed)}")


async def _assign(services: Services, rest: str, by: str) -> Card:
    id, _, whom = rest.partition(" ")
    if not id or not whom.strip():
        return _say("Which one, and to whom? `/vigie assign ID @user`.")
    to = await _member(services, whom, by)
    assigned = await conversations.assign(services, id, by, to)
    return _say(f"`{assigned.id}` is <@{to}>’s now: {_title(assigned)}")


async def _resolve(services: Services, rest: str, by: str) -> Card:
    id, _, note = rest.partition(" ")
    if not id:
        return _say("Which one? `/vigie resolve ID [note]`.")
    said = _MEMBER.sub(lambda found: f"@{found[2] or found[1]}", note)
    resolved = await conversations.resolve(services, id, by, unescape(said).strip())
    return _say(f"✅ `{resolved.id}` is resolved: {_title(resolved)}")


async def _watches(services: Services, rest: str, by: str) -> Card:
    return watches_card(await lookout.status(services))


async def _status(services: Services, rest: str, by: str) -> Card:
    return status_card(await lookout.status(services))


async def _mute(services: Services, rest: str, by: str) -> Card:
    watch, length = _split_period(unescape(rest), MUTED)
    set_ = await mutes.mute(services, watch, by, length)
    return _say(
        f"🔕 {name(set_.watch)} is muted until {local_time(set_.until)}. Mentions are still "
        f"kept; `/vigie unmute {escape(set_.watch)}` lets alerts through again."
    )


async def _unmute(services: Services, rest: str, by: str) -> Card:
    lifted = await mutes.unmute(services, unescape(rest), by)
    if lifted is None:
        return _say(f"{name(unescape(rest))} was not muted.")
    return _say(f"🔔 {name(lifted.watch)} speaks again; {lifted.held} alerts were held back.")


ANSWERS: dict[str, Answer] = {
    "help": _help,
    "summary": _summary,
    "queue": _queue,
    "claim": _claim,
    "assign": _assign,
    "resolve": _resolve,
    "watches": _watches,
    "status": _status,
    "mute": _mute,
    "unmute": _unmute,
}


async def _member(services: Services, written: str, by: str) -> str:
    """The id of the member that a person means. Raises ConversationError."""
    called = written.strip()
    if called.casefold() in ("me", "@me"):
        return by
    if found := _MEMBER.fullmatch(called):
        return found[1]
    try:
        member = await services.slack.member_named(unescape(called))
    except SlackError as error:
        raise ConversationError(f"Slack cannot be asked who that is ({error.code}).") from error
    if member is None:
        raise ConversationError(f"There is nobody called {name(unescape(called))} here.")
    return member.id


def _split_period(words: str, otherwise: timedelta) -> tuple[str, timedelta]:
    """A name and a length of time out of words in either order."""
    rest: list[str] = []
    length = None
    for word in words.split():
        found = duration(word) if length is None else None
        if found is None:
            rest.append(word)
        else:
            length = found
    return " ".join(rest), length or otherwise


def _title(conversation: Conversation) -> str:
    return literal(shorten(conversation.title, 160))


def _say(words: str) -> Card:
    return Card(words, (section(words),))
