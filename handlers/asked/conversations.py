"""What people do to conversations, in words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.bulk import ALL, selection
from bot.domain.folding import fold
from bot.domain.queue import Wanted
from bot.errors import ConversationError, VigieError
from bot.services import bulk, conversations, exchanges
from bot.slack.blocks.bulk import already_card, asking_card
from bot.slack.blocks.conversations import queue_card
from bot.slack.blocks.exchange import exchange_card
from bot.slack.blocks.parts import Card
from bot.slack.blocks.titles import shown_title
from bot.slack.mrkdwn import name, unescape
from handlers.asked.naming import (
    MOST_IDS,
    Giving,
    all_in,
    giving_in,
    ids_in,
    is_me,
    overdue_in,
    people_in,
)
from handlers.asked.question import MEMBER, Answer, Question, answered, bare
from handlers.replies import in_words

PATIENCE = 8.0
"""Seconds for a source to answer: a command may be answered later than a click."""


async def _queue(question: Question) -> Card:
    services = question.services
    wanted = await _wanted(question)
    found = await conversations.queue(
        services, wanted.assignee, watch=wanted.watch, overdue=wanted.overdue
    )
    return queue_card(found, question.voice, services.now(), wanted)


async def _wanted(question: Question) -> Wanted:
    """Which queue: anybody's, a person's, a watch's, what is overdue."""
    rest, overdue = overdue_in(question.rest)
    if not rest or fold(rest) in ALL:
        return Wanted(overdue=overdue)
    if watch := question.services.watches.find(bare(unescape(rest))):
        return Wanted(overdue=overdue, watch=watch.name)
    return Wanted(overdue=overdue, assignee=await question.member(bare(rest)))


async def _claim(question: Question) -> Card:
    ids = ids_in(question.rest)
    if not ids:
        return answered(
            question.voice.say(
                "Which one? `/vigie claim ID`; the ids are on the alerts and in `/vigie queue`."
            )
        )

    if any(not is_me(who, question.by) for who in people_in(question.rest)):
        return answered(
            question.voice.say(
                "A claim is for yourself. To give it to somebody: `/vigie assign ID @user [note]`."
            )
        )

    async def claim(id: str) -> str:
        claimed = await conversations.claim(question.services, id, question.by)
        return question.voice.say(
            "`{id}` is yours: {title}", id=claimed.id, title=shown_title(claimed, question.voice)
        )

    return await _each(question, ids, claim)


async def _assign(question: Question) -> Card:
    if (many := all_in(question.rest)) is not None:
        return await _assign_all(question, many)
    giving = giving_in(question.rest)
    if not giving.ids or not giving.whom:
        return answered(
            question.voice.say("Which one, and to whom? `/vigie assign ID @user [note]`.")
        )
    if len(giving.whom) > 1:
        return answered(question.voice.say("To whom? A conversation has one person."))
    to, note = await _receiver(question, giving)

    async def assign(id: str) -> str:
        assigned = await conversations.assign(question.services, id, question.by, to, note)
        return question.voice.say(
            "`{id}` is <@{who}>’s now: {title}",
            id=assigned.id,
            who=to,
            title=shown_title(assigned, question.voice),
        )

    return await _each(question, giving.ids, assign)


async def _assign_all(question: Question, many: Giving) -> Card:
    """Show what would be given to whom; a button does it."""
    services, voice = question.services, question.voice
    if len(many.whom) != 1:
        return answered(
            voice.say("Which ones, to whom? `/vigie assign all negative of today @user`.")
        )
    to = await question.member(many.whom[0])
    wanted = selection(unescape(many.note), [watch.name for watch in services.watches.all])
    if wanted.unknown:
        shown = name(" ".join(wanted.unknown))
        return answered(
            voice.say(
                "I do not understand “{words}”. A watch, a severity, “negative”, “today”, "
                "“yesterday”, “this week” and “mine” can be said.",
                words=shown,
            )
        )
    if wanted.mine and to == question.by:
        return already_card(voice)
    await conversations.check_receiver(services, to)
    found = await bulk.meant(services, wanted, question.by, voice.zone)
    had = question.by if wanted.mine else ""
    return asking_card(found, question.by, to, had, voice, services.now())


async def _receiver(question: Question, giving: Giving) -> tuple[str, str]:
    """Who gets it, and the note for them: a name may have several words, which only Slack knows
    from those of a note. Raises ConversationError."""
    [whom] = giving.whom
    if MEMBER.fullmatch(whom):
        return await question.member(whom), _plain(giving.note)
    try:
        return await question.member(f"{whom} {giving.note}"), ""
    except ConversationError:
        if not giving.note:
            raise
    return await question.member(whom), _plain(giving.note)


async def _each(
    question: Question, ids: Sequence[str], do: Callable[[str], Awaitable[str]]
) -> Card:
    """What came of each; one that is refused does not keep the others from it."""
    said = []
    for id in ids:
        try:
            said.append(await do(id))
        except VigieError as error:
            said.append(in_words(error, question.voice))
    return answered("\n".join(said))


async def _show(question: Question) -> Card:
    [id, *_] = ids_in(question.rest) or [""]
    if not id:
        return answered(question.voice.say("Which one? `/vigie show ID`."))
    services = question.services
    conversation, found = await exchanges.show(services, id, PATIENCE)
    ours = services.config.is_own
    return exchange_card(conversation, found, ours, question.voice, services.now())


async def _resolve(question: Question) -> Card:
    ids, note = await _ids_and_note(question)
    if not ids:
        return answered(question.voice.say("Which one? `/vigie resolve ID [note]`."))

    async def resolve(id: str) -> str:
        resolved = await conversations.resolve(question.services, id, question.by, _plain(note))
        return question.voice.say(
            "✅ `{id}` is resolved: {title}",
            id=resolved.id,
            title=shown_title(resolved, question.voice),
        )

    return await _each(question, ids, resolve)


async def _ids_and_note(question: Question) -> tuple[list[str], str]:
    """The first word, and those after it that are conversations as well; what is left is a
    note."""
    id, left = question.split()
    ids: list[str] = []
    while id and len(ids) < MOST_IDS:
        ids.append(id.strip(",;"))
        word, _, others = left.partition(" ")
        if not word or not await conversations.exists(question.services, word.strip(",;")):
            break
        id, left = word, others.strip()
    return ids, left


def _plain(note: str) -> str:
    """A note as it was typed, with names for mentions: it pings nobody."""
    said = MEMBER.sub(lambda found: f"@{found[2] or found[1]}", note)
    return unescape(said).strip()


ANSWERS: dict[str, Answer] = {
    "queue": _queue,
    "claim": _claim,
    "assign": _assign,
    "resolve": _resolve,
    "show": _show,
}
