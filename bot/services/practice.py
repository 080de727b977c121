"""The conversations of a drill, worked by the same deeds as real ones, in the drill's own row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog

from bot.domain.conversation import AuditEvent, Conversation
from bot.domain.drills import (
    Drill,
    check_not_over,
    conversation,
    found,
    told_apart,
    with_event,
)
from bot.domain.outbox import (
    PRACTICE,
    Delivery,
    amend_delivery,
    channel_lane,
    direct_delivery,
    note_delivery,
)
from bot.errors import MessageGone, UnknownConversation
from bot.services import voices
from bot.services.base import Services
from bot.services.races import won
from bot.slack.blocks.drill import given_card, mark, opening_card, post_card, said_by
from bot.slack.blocks.drillscore import score_card
from bot.slack.blocks.parts import Card
from bot.slack.notes import told
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

SCORE = "score"

SHOWN_FOR = timedelta(days=30)
"""How long a drill's messages are drawn again."""

EventOf = Callable[[Conversation], AuditEvent]


async def worked(services: Services, id: str) -> Conversation:
    """A conversation of a drill that goes on, as it is. Raises a ConversationError."""
    drill, number = told_apart(id)
    return found((await _drill(services, drill)).value, number, services.now())


async def check_goes_on(services: Services, id: str) -> None:
    """Raises a ConversationError where the drill with this id is over, or not known."""
    check_not_over((await _drill(services, id)).value)


async def carry_out(services: Services, id: str, event_of: EventOf) -> Conversation:
    """Do what is wanted of a conversation, as it is at the moment; as it is then. Raises a
    ConversationError."""
    drill, number = told_apart(id)

    async def done() -> Drill:
        kept, now = await _drill(services, drill), services.now()
        before = found(kept.value, number, now)
        event = event_of(before)
        after = with_event(kept.value, event, now)
        writes = [
            services.records.drills.put(after.id, after, kept.version),
            *await drawn_again(services, after, [number], now),
            _noted(services, after, number, event, before.assignee, now),
            *await _told(services, after, number, event, now),
        ]
        await services.records.commit(writes)
        log.info("a deed in a drill", conversation=id, deed=event.deed)
        return after

    after = await won(done)
    services.wake.set()
    return conversation(after, number)


def card_delivery(services: Services, drill: Drill, part: str, at: datetime) -> Delivery:
    """The delivery of one message of a drill, to be said at a time: it is drawn from the drill
    when it is said, so that nothing of what it shows is kept twice. `part` is a post's number,
    `""` (the beginning) or `SCORE`."""
    return Delivery(
        id=delivery_id(drill, part),
        lane=channel_lane(drill.team),
        order=services.sequence(),
        kind="drill",
        channel=drill.team,
        created=max(at, services.now()),
        alert=delivery_id(drill, part),
        after=at,
    )


async def drawn(services: Services, delivery: str) -> Card:
    """The message of a drill whose first delivery has this id, as it is now. Raises MessageGone
    where too little is left of the drill: nothing waits for what is not said any more."""
    _, id, part = delivery.split(".")
    kept, now = await services.records.drills.get(id), services.now()
    if kept is None:
        raise MessageGone("the drill is not kept any more")
    drill = kept.value
    voice = voices.in_channel(services, drill.team)
    if part == SCORE and drill.score:
        return score_card(drill, drill.score, await before(services, drill), voice)
    if not drill.posts:
        raise MessageGone("nothing is left of the drill but its score")
    if not part:
        return opening_card(drill, await services.slack.name_of(drill.by), voice)
    number = int(part)
    post = drill.posts[number - 1]
    mention = await services.records.mentions.get(post.mention) if post.mention else None
    there = mention.value.post.text or mention.value.post.title if mention else None
    return post_card(drill, number, said_by(post, there), voice, now)


async def before(services: Services, drill: Drill) -> list[Drill]:
    """The drills of a team that were over before this one began, the latest first."""
    earlier = await services.records.drills.find(
        {"team": drill.team}, "began", before=drill.began, newest_first=True
    )
    return [kept.value for kept in earlier if kept.value.score]


async def drawn_again(
    services: Services, drill: Drill, numbers: Iterable[int], now: datetime
) -> list[Write]:
    """The writes by which posts of a drill are shown as they are then."""
    outbox, writes = services.records.outbox, list[Write]()
    for number in numbers:
        said = await outbox.get(delivery_id(drill, str(number)))
        if said and said.value.state != "waiting":
            amend = amend_delivery(said.value, "", (), services.sequence(), now)
            writes.append(outbox.put(amend.id, amend, 0))
    return writes


async def taken_back(services: Services, mentions: Iterable[str], now: datetime) -> list[Write]:
    """The writes by which the drills that show one of these mentions show that it is no more."""
    gone = frozenset(mentions)
    lately = await services.records.drills.find({}, "began", since=now - SHOWN_FOR)
    writes: list[Write] = []
    for kept in lately:
        drill = kept.value
        numbers = [n for n, post in enumerate(drill.posts, start=1) if post.mention in gone]
        writes += await drawn_again(services, drill, numbers, now)
    return writes


def _noted(
    services: Services, drill: Drill, number: int, event: AuditEvent, had: str, now: datetime
) -> Write:
    """The write of a line in the thread of a post, as in an alert's; who is given a post is rung
    directly."""
    id, voice = delivery_id(drill, str(number)), voices.in_channel(services, drill.team)
    text = f"{mark(voice)} · {told(event, voice, had, quietly=True)}"
    note = note_delivery(id, drill.team, text, services.sequence(), now)
    return services.records.outbox.put(note.id, note, 0)


async def _told(
    services: Services, drill: Drill, number: int, event: AuditEvent, now: datetime
) -> list[Write]:
    """A direct message to whom a post was given by somebody else."""
    if event.to in ("", event.by):
        return []
    voice = await voices.to(services, event.to)
    card = given_card(drill, conversation(drill, number), event, voice)
    word = direct_delivery(event.to, card.text, services.sequence(), now, blocks=card.blocks)
    return [services.records.outbox.put(word.id, word, 0)]


async def _drill(services: Services, id: str) -> Kept[Drill]:
    kept = await services.records.drills.get(id)
    if kept is None:
        raise UnknownConversation("There is no such drill any more.")
    return kept


def delivery_id(drill: Drill, part: str) -> str:
    """The id of the first delivery of a message of a drill."""
    return f"{PRACTICE}{drill.id}.{part}"
