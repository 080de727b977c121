"""Muting from a card, and lifting by a button."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.domain.mutes import Scope
from bot.errors import VigieError
from bot.i18n import Voice
from bot.services import conversations, mutes, watching
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.mutes import lifted_words, mutes_card, set_words, to_be_lifted
from bot.slack.blocks.muting import (
    EVER,
    LENGTHS,
    LONGEST_AUTHOR,
    WHICH,
    Target,
    mute_form,
    scope_chosen,
)
from bot.slack.blocks.views import notice_view
from bot.slack.mrkdwn import name
from handlers.carrying import carried_as
from handlers.clicks import Click, on_click
from handlers.replies import in_words
from handlers.submissions import CLOSED, Outcome, Refused, Submission, on_submission
from handlers.submitted import chosen, text

log = structlog.get_logger(__name__)


def register(app: AsyncApp) -> None:
    app.action(ids.MUTE)(on_click(on_mute))
    app.action(ids.UNMUTE)(on_click(on_unmute, keeps=True))
    app.action(ids.LIFT)(on_click(on_lift, keeps=True))
    app.view(ids.MUTE_VIEW)(on_submission(on_muted, under=ids.MUTE_WHICH))


async def mute(asked: Click, id: str) -> None:
    """Ask what of a conversation's kind is to be held back, and for how long."""
    found = (await conversations.find(asked.services, id)).value
    target = await _target(asked.services, found.alert, found.watch, id)
    await asked.open(mute_form(target, asked.voice))


async def on_mute(clicked: Click) -> None:
    """The same of a watch, from the card of one of its alerts."""
    target = await _target(clicked.services, _alert_of(clicked.action), clicked.value)
    await clicked.open(mute_form(target, clicked.voice))


async def on_muted(submitted: Submission) -> Outcome:
    """Hold back what was chosen; where no thread is told of it, the form says so itself."""
    view, voice = submitted.view, submitted.voice
    which, word = chosen(view, ids.MUTE_WHICH), text(view, ids.MUTE_WORD).strip()
    length = LENGTHS.get(chosen(view, ids.MUTE_FOR))
    if chosen(view, ids.MUTE_FOR) == EVER and not _faults(which, word, voice):
        return await _never_counted(submitted, which, word)
    if faults := _faults(which, word, voice):
        raise Refused(faults)
    if length is None:
        raise Refused({ids.MUTE_FOR: voice.say("Choose for how long.")})
    target = carried_as(submitted.carried, Target)
    scope = scope_chosen(next(known for known in WHICH if known == which), word, target)
    set_ = await mutes.hold_back(submitted.services, scope, submitted.by, length, target.alert)
    if target.alert:
        return CLOSED
    return Outcome("update", notice_view(set_words(set_, voice), voice))


async def _never_counted(submitted: Submission, which: str, word: str) -> Outcome:
    """Leave an author, or a word, out of the watch for good: admins alone."""
    voice, target = submitted.voice, carried_as(submitted.carried, Target)
    author = target.author if which == "author" else ""
    if not (author or word):
        words = voice.say("For ever is for an author or a word; a watch is paused in App Home.")
        raise Refused({ids.MUTE_FOR: words})
    await watching.never_count(
        submitted.services, submitted.by, target.watch, author=author, word=word
    )
    said = voice.say(
        "“{what}” is never counted any more for *{watch}*; the watch’s form in App Home lists it.",
        what=name(author or word),
        watch=name(target.watch),
    )
    return Outcome("update", notice_view(said, voice))


async def on_unmute(clicked: Click) -> None:
    """Let the alerts of a watch through again: whatever holds back such a card, or the watch."""
    alert = _alert_of(clicked.action)
    try:
        if alert:
            lifted = await mutes.lift_from(clicked.services, alert, clicked.by)
        else:
            lifted = await mutes.lift_scope(
                clicked.services, Scope(watch=clicked.value), clicked.by
            )
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    if lifted is None:
        await clicked.tell(clicked.voice.say("That mute has ended already."))
    elif not alert:
        await clicked.tell(lifted_words(lifted, clicked.voice))


async def on_lift(clicked: Click) -> None:
    """End one of the mutes that are listed, and draw the list again."""
    try:
        lifted = await mutes.lift(clicked.services, to_be_lifted(clicked.value), clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    await clicked.taken()
    if lifted is None:
        await clicked.tell(clicked.voice.say("That mute has ended already."))
    if clicked.body.get("response_url"):
        card = mutes_card(
            await mutes.listed(clicked.services), clicked.services.now(), clicked.voice
        )
        await clicked.respond(text=card.text, blocks=list(card.blocks), replace_original=True)


async def _target(services: Services, alert: str, watch: str, conversation: str = "") -> Target:
    kept = await services.records.alerts.get(alert) if alert else None
    about = conversation or (kept.value.conversation if kept else "")
    posts = await services.records.mentions.find({"conversation": about}, "at", limit=1)
    author = posts[0].value.post.author if posts else ""
    return Target(
        watch=watch,
        kind=kept.value.kind if kept and kept.value.kind != "tracked" else "",
        author=author if len(author) <= LONGEST_AUTHOR else "",
        alert=alert if kept else "",
    )


def _faults(which: str, word: str, voice: Voice) -> dict[str, str]:
    if which not in WHICH:
        return {ids.MUTE_WHICH: voice.say("Choose what is held back.")}
    if which == "word" and not word:
        return {ids.MUTE_WORD: voice.say("Write the word, or choose something else above.")}
    if word and which != "word":
        return {ids.MUTE_WORD: voice.say("Choose the posts that say a word, or leave this empty.")}
    return {}


def _alert_of(action: dict[str, Any]) -> str:
    kind, _, alert = str(action.get("block_id", "")).partition(".")
    return alert if kind == "alert" else ""
