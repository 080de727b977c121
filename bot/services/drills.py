"""Drills: begun, ended, scored. What is done in them is `bot.services.practice`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from msgspec.structs import replace

from bot.domain import checklists
from bot.domain.checklists import Progress
from bot.domain.drills import LEAST_QUIET, SPEEDS, Drill, begun, conversation_id
from bot.domain.drillscores import Played, Score, scored
from bot.domain.outbox import notice_delivery
from bot.domain.playbooks import spoken
from bot.domain.scripts import Script
from bot.domain.timers import Timer, timer_id
from bot.errors import Conflict, ConversationError
from bot.i18n import Voice
from bot.services import practice, voices
from bot.services.base import Services
from bot.services.checklists import begun_writes, closed_writes, progress_of
from bot.services.drillrooms import check_room
from bot.services.races import won
from bot.services.scripts import chosen
from bot.services.timers import Look
from bot.services.watching import is_admin
from bot.slack.blocks.drill import mark
from bot.slack.gateway import Posted
from bot.store.base import Write
from bot.store.repositories import Kept

log = structlog.get_logger(__name__)

AGAIN = timedelta(seconds=10)
"""Between two looks at whether the last posts have come."""

LATEST = timedelta(minutes=10)
"""So long after its end it is over, whatever Slack did not take."""


def check_may(services: Services, user: str) -> None:
    """Raises ConversationError unless the person administers Vigie, is the manager, or is on
    duty."""
    rota = services.config.rota
    if not (is_admin(services, user) or user in (rota.manager, rota.on_duty(services.now()))):
        raise ConversationError(
            "Drills are begun and ended by those who administer Vigie, by the manager, and by "
            "whoever is on duty."
        )


async def start(services: Services, by: str, written: str, channel: str, speed: int) -> Drill:
    """Begin the drill that is `written`, in a channel (`#practice`) that nothing else is told in.

    Its posts stand in the outbox from the beginning, each held until its time, and its end is a
    timer: a restart changes nothing. Raises ConversationError.
    """
    check_may(services, by)
    if speed not in SPEEDS:
        raise ConversationError("A drill is played at 1×, 5× or 20× the speed of life.")
    await check_room(services, by, channel)
    voice = voices.in_channel(services, channel)
    script = await chosen(services, written, voice.language)
    drill = begun(await _playable(services, script), channel, speed, by, services.now())
    records = services.records
    end = Timer(kind="drill", subject=channel, due=drill.ends)
    try:
        await records.commit(
            [
                records.timers.put(end.id, end, 0),
                records.drills.put(drill.id, drill, 0),
                *await _said(services, drill, voice),
            ]
        )
    except Conflict as conflict:
        raise ConversationError(
            "A drill is going on there already. `/vigie drill stop` ends it."
        ) from conflict
    log.info("a drill began", drill=drill.id, script=script.name, by=by, channel=channel)
    services.wake.set()
    return drill


async def stop(services: Services, by: str, channel: str) -> Drill:
    """End the drill of a channel before its time; it is scored by what was shown. Raises
    ConversationError where there is none."""
    check_may(services, by)

    async def stopped() -> Drill:
        kept = await going_on(services, channel)
        if kept is None:
            raise ConversationError("No drill is going on there.")
        over, writes = await _ended(services, kept, services.now(), stopped=True)
        end = services.records.timers.remove(timer_id("drill", channel))
        await services.records.commit([*writes, end])
        return over

    over = await won(stopped)
    log.info("a drill was ended", drill=over.id, by=by, channel=channel)
    services.wake.set()
    return over


async def look(services: Services, channel: str, now: datetime) -> Look:
    """What is to be done when the end of a channel's drill has come."""
    kept = await going_on(services, channel)
    if kept is None:
        return Look()
    ends = await _ends(services, kept.value, now)
    if ends > now:
        return Look(again=ends)
    _, writes = await _ended(services, kept, now)
    return Look(writes)


async def going_on(services: Services, channel: str) -> Kept[Drill] | None:
    """The drill of a channel that is not over."""
    last = await services.records.drills.find(
        {"team": channel}, "began", newest_first=True, limit=1
    )
    return next((kept for kept in last if kept.value.over is None), None)


async def results(services: Services, channel: str) -> Sequence[Drill]:
    """The drills of a channel that are over, the latest first."""
    found = await services.records.drills.find({"team": channel}, "began", newest_first=True)
    return [kept.value for kept in found if kept.value.score]


async def _ends(services: Services, drill: Drill, now: datetime) -> datetime:
    """When a drill is over: not before its last post was shown for a while, unless that does not
    come."""
    if drill.ends > now:
        return drill.ends
    shown = await _shown(services, drill)
    if len(shown) < len(drill.posts):
        return min(now + AGAIN, drill.ends + LATEST)
    return max(drill.ends, max(shown.values()) + LEAST_QUIET)


async def _shown(services: Services, drill: Drill) -> dict[int, datetime]:
    """Since when each post can be seen that was posted: since its time, or later where Slack was
    slow or Vigie was not there."""
    shown: dict[int, datetime] = {}
    for number in range(1, len(drill.posts) + 1):
        kept = await services.records.outbox.get(practice.delivery_id(drill, str(number)))
        if kept and kept.value.ts:
            posted = Posted(kept.value.posted_to, kept.value.ts)
            shown[number] = max(drill.shown_at(number), posted.at)
    return shown


async def _ended(
    services: Services, kept: Kept[Drill], now: datetime, *, stopped: bool = False
) -> tuple[Drill, list[Write]]:
    """The drill with its score, and the writes by which it is over: what is not said yet never is,
    and the score is told."""
    over = replace(kept.value, over=now, stopped=stopped)
    outbox = services.records.outbox
    shown = await _shown(services, over)
    writes: list[Write] = []
    for number in range(1, len(over.posts) + 1):
        said = await outbox.get(practice.delivery_id(over, str(number)))
        if said and said.value.state == "waiting":
            writes.append(outbox.remove(said.value.id, said.version))
    over = replace(over, score=_score(over, shown, await progress_of(services, over.id)))
    told = practice.card_delivery(services, over, practice.SCORE, now)
    return over, [
        services.records.drills.put(over.id, over, kept.version),
        *writes,
        outbox.put(told.id, told, 0),
        *await practice.drawn_again(services, over, range(1, len(over.posts) + 1), now),
        *await closed_writes(services, over.id),
    ]


async def _said(services: Services, drill: Drill, voice: Voice) -> list[Write]:
    """All that a drill says, in its order: how it begins, the steps of its playbook, its posts."""
    outbox = services.records.outbox
    opening = practice.card_delivery(services, drill, "", drill.began)
    writes: list[Write] = [outbox.put(opening.id, opening, 0)]
    writes += await _steps(services, drill, voice)
    for number in range(1, len(drill.posts) + 1):
        post = practice.card_delivery(services, drill, str(number), drill.shown_at(number))
        writes.append(outbox.put(post.id, post, 0))
    return writes


async def _steps(services: Services, drill: Drill, voice: Voice) -> list[Write]:
    """The writes that put the steps of the drill's playbook into its channel; none where there is
    no such playbook."""
    playbook = spoken(services.config.playbooks, drill.playbook, voice.language)
    if playbook is None:
        return []
    checklist = checklists.begun(
        playbook,
        id=drill.id,
        channel=drill.team,
        at=drill.began,
        by=drill.by,
        mark=mark(voice),
        speed=drill.speed,
    )
    notice = notice_delivery(drill.team, "", services.sequence(), drill.began)
    return await begun_writes(services, checklist, notice)


def _score(drill: Drill, shown: Mapping[int, datetime], progress: Progress | None) -> Score:
    """What it came to, of the posts that were shown: those that came late, as Vigie was started
    again or Slack was slow, have waited for as long as they could be seen."""

    def played(number: int) -> Played:
        id = conversation_id(drill, number)
        return Played(
            shown=shown[number],
            expects=drill.posts[number - 1].expects,
            events=tuple(event for event in drill.events if event.conversation == id),
        )

    done, steps = (progress.done, progress.total) if progress else (0, 0)
    return scored((played(number) for number in shown), done, steps)


async def _playable(services: Services, script: Script) -> Script:
    """The script without the posts that are kept no more. Raises ConversationError where nothing is
    left."""
    mentions = services.records.mentions
    left = []
    for post in script.posts:
        kept = await mentions.get(post.mention) if post.mention else None
        if not post.mention or (kept and not kept.value.deleted):
            left.append(post)
    if not left:
        raise ConversationError("Nothing is left of the posts that this drill was made of.")
    return replace(script, posts=tuple(left))
