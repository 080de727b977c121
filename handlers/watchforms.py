"""The watches in App Home, and their form: looked at first, then kept. Admins alone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import islice

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import (
    NotOurs,
    QueryError,
    VigieError,
    WatchChanged,
    WatchError,
    WordedError,
)
from bot.i18n import Voice
from bot.phrases import phrase
from bot.services import watchfaults, watchforms, watching
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.forms import MOST_OPTIONS, option
from bot.slack.blocks.replay import looking_blocks, replay_view, with_picture
from bot.slack.blocks.trial import fault_words
from bot.slack.blocks.views import notice_view
from bot.slack.blocks.watchform import WatchForm, form_view, preview_view
from bot.slack.carried import Carried, packed, unpacked
from bot.slack.mrkdwn import name
from handlers.clicks import Click, on_click
from handlers.replies import Body, in_words, publish_home
from handlers.submissions import Outcome, Refused, Submission, on_submission, plainly
from handlers.watchtyped import shown_in, typed_in

log = structlog.get_logger(__name__)

FIELDS: Mapping[str, str] = {
    watchfaults.NAME: ids.WATCH_NAME,
    watchfaults.QUERY: ids.WATCH_QUERY,
    watchfaults.NEEDS: ids.WATCH_NEEDS,
    watchfaults.WITHOUT: ids.WATCH_WITHOUT,
    watchfaults.NOISE: ids.WATCH_NOISE,
    watchfaults.SOURCES: ids.WATCH_SOURCES,
    watchfaults.NEGATIVE: ids.WATCH_NEGATIVE,
    watchfaults.SPIKE: ids.WATCH_SPIKE,
}

TOO_LONG = phrase(
    "This is too long to be carried through Slack: shorten it, or write it into the file."
)

LONGEST_ANSWER = 2.4
"""Seconds within which a form that was submitted is answered: Slack waits three."""


def register(app: AsyncApp) -> None:
    for action in (ids.WATCH_NEW, ids.WATCH_EDIT, ids.WATCH_CHOOSE, ids.WATCH_TRY):
        app.action(action)(on_click(on_open))
    app.options(ids.WATCH_CHOOSE)(on_look_up)
    app.action(ids.WATCH_TRY_TYPED)(on_click(on_try))
    app.action(ids.WATCH_REPLAY_TYPED)(on_click(on_replay_typed))
    app.action(ids.WATCH_REPLAY)(on_click(on_replay))
    for action in (ids.WATCH_PAUSE, ids.WATCH_RESUME):
        app.action(action)(on_click(on_pause, keeps=True))
    app.action(ids.WATCH_BACK)(on_click(on_back, keeps=True))
    app.view(ids.WATCH_VIEW)(on_submission(on_preview, under=ids.WATCH_QUERY))
    app.view(ids.WATCH_SAVE_VIEW)(on_submission(on_save, under=ids.WATCH_QUERY))


async def on_open(clicked: Click) -> None:
    """Open the form: empty, of a watch, or of one that is tried out at once."""
    asked = clicked.action["action_id"]
    try:
        watching.check_admin(clicked.services, clicked.by)
        form = (
            await watchforms.new(clicked.services)
            if asked == ids.WATCH_NEW
            else await watchforms.opened(clicked.services, clicked.value)
        )
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    opened = await _opened(clicked, form_view(form, clicked.voice))
    if opened and asked == ids.WATCH_TRY:
        found = await watchforms.tried(clicked.services, form.watch, clicked.voice)
        await _update(clicked.client, opened, form_view(form, clicked.voice, found))
    elif opened and not form.is_new:  # looked back on by now, the preview has it in time
        await watchforms.rung(clicked.services, form.watch, clicked.voice)


async def on_look_up(ack: AsyncAck, payload: Body, services: Services) -> None:
    """The watches whose name holds what is typed, to be chosen from."""
    typed = str(payload.get("value") or "").casefold()
    names = (watch.name for watch in services.watches.all if typed in watch.name.casefold())
    await ack(options=[option(found, found) for found in islice(names, MOST_OPTIONS)])


async def on_try(clicked: Click) -> None:
    """Show in the form what the watch would have matched, as it is typed just now."""
    form = await _typed(clicked)
    if form is None:
        return
    found = await watchforms.tried(clicked.services, form.watch, clicked.voice)
    view = form_view(form, clicked.voice, found)
    await _update(clicked.client, clicked.view["id"], view)


async def on_replay_typed(clicked: Click) -> None:
    """Show in the form what would have rung at the sensitivity that is chosen just now."""
    form = await _typed(clicked)
    if form is None:
        return
    rung = await watchforms.rung(clicked.services, form.watch, clicked.voice)
    view = form_view(form, clicked.voice, rung=rung)
    await _update(clicked.client, clicked.view["id"], view)


async def on_replay(clicked: Click) -> None:
    """Show what would have rung for a watch, at its own sensitivity and at others."""
    services, voice = clicked.services, clicked.voice
    try:
        watching.check_admin(services, clicked.by)
        form = await watchforms.opened(services, clicked.value)
    except VigieError as error:
        await clicked.tell(in_words(error, voice))
        return
    opened = await _opened(clicked, replay_view(looking_blocks(voice), voice))
    if opened:
        rung = await watchforms.rung(services, form.watch, voice)
        told = [*rung, with_picture(form.watch.name, voice)]
        await _update(clicked.client, opened, replay_view(told, voice))


async def _typed(clicked: Click) -> WatchForm | None:
    """The form with what is typed in it just now; None for who may not change it."""
    if not watching.is_admin(clicked.services, clicked.by):
        return None
    view = clicked.view
    is_new = not shown_in(view).name
    read = await watchforms.read(clicked.services, typed_in(view), is_new=is_new)
    return await watchforms.with_typed(clicked.services, read, is_new=is_new)


async def on_preview(submitted: Submission) -> Outcome:
    """What is wrong goes under its field; else what is about to be kept lies upon the form."""
    services, voice = submitted.services, submitted.voice
    shown = shown_in(submitted.view)
    read = await watchforms.read(services, typed_in(submitted.view), is_new=not shown.name)
    watch, now = read
    wrong: Mapping[str, WordedError] = await watchforms.faults(services, submitted.by, read)
    carried = packed(Carried(watch, now.version, now.written is None))
    if carried is None and not wrong:
        wrong = {watchfaults.QUERY: WatchError(TOO_LONG)}
    if wrong or carried is None:
        raise Refused(await _under_fields(submitted, wrong, is_new=not shown.name))
    found = await watchforms.tried(services, watch, voice, _left(submitted))
    if now.written and watch.spike_once_in != now.written.spike_once_in:
        found += await watchforms.rung(services, watch, voice, _left(submitted))
    ahead = now.by if shown.name and now.version != shown.version else ""
    return Outcome("push", preview_view(now.written, watch, found, carried, voice, ahead=ahead))


def _left(submitted: Submission) -> float:
    """Seconds in which an answer is still heard."""
    return LONGEST_ANSWER - (time.monotonic() - submitted.began)


async def on_save(submitted: Submission) -> Outcome:
    """Keep it. Who finds that somebody else was first is told who and what, and may insist."""
    services, voice = submitted.services, submitted.voice
    try:
        wanted = unpacked(submitted.carried)
    except ValueError:
        raise NotOurs from None
    try:
        await watching.save(
            services, submitted.by, wanted.watch, wanted.version, is_new=wanted.is_new
        )
    except WatchChanged as changed:
        return Outcome("update", await _overtaken(services, wanted, changed, voice))
    except VigieError as error:
        return Outcome("update", notice_view(in_words(error, voice), voice))
    return Outcome("clear")


async def on_pause(clicked: Click) -> None:
    """Have a watch polled no more, or again."""
    pause = clicked.action["action_id"] == ids.WATCH_PAUSE
    try:
        await watching.set_paused(clicked.services, clicked.by, clicked.value, pause)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
    await clicked.redraw()


async def on_back(clicked: Click) -> None:
    """Back to what the file says, or, for what the file does not have, no more."""
    voice = clicked.voice
    try:
        left = await watching.back_to_file(clicked.services, clicked.by, clicked.value)
        words = (
            phrase("*{watch}* is again what the file says.")
            if left
            else phrase("*{watch}* is watched no more.")
        )
        said = voice.say(words, watch=name(clicked.value))
    except VigieError as error:
        said = in_words(error, voice)
    await clicked.taken()
    await _update(clicked.client, clicked.view["id"], notice_view(said, voice))
    await publish_home(clicked.services, voice, clicked.client, clicked.by)


async def _opened(clicked: Click, view: Body) -> str:
    """Open a modal; its id, `""` where Slack did not open it."""
    try:
        answer = await clicked.client.views_open(trigger_id=clicked.body["trigger_id"], view=view)
    except SlackApiError as error:
        log.warning("a modal was not opened", reason=error.response.get("error"))
        return ""
    return str((answer.get("view") or {}).get("id") or "")


async def _update(client: AsyncWebClient, view_id: str, view: Body) -> None:
    """Draw a modal again; one that was closed meanwhile is nobody's loss."""
    try:
        await client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        log.info("a modal was not drawn again", reason=error.response.get("error"))


async def _under_fields(
    submitted: Submission, wrong: Mapping[str, WordedError], *, is_new: bool
) -> dict[str, str]:
    """Words by the block of their field; only a new watch has one for its name."""
    voice, under = submitted.voice, {}
    for field, error in wrong.items():
        place = FIELDS[field] if is_new or field != watchfaults.NAME else ids.WATCH_QUERY
        under[place] = (
            fault_words(error, voice)
            if isinstance(error, QueryError)
            else await plainly(submitted.services, error, voice)
        )
    return under


async def _overtaken(
    services: Services, wanted: Carried, changed: WatchChanged, voice: Voice
) -> Body:
    """The window again, with who was first and what is different; to save is then to insist."""
    now = await watching.standing(services, wanted.watch.name)
    found = await watchforms.tried(services, wanted.watch, voice)
    carried = packed(Carried(wanted.watch, now.version, now.written is None))
    return preview_view(now.written, wanted.watch, found, carried or "", voice, ahead=changed.by)
