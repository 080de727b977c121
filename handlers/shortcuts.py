"""“Track in Vigie”, in the menu of every message: the link in it becomes a conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotOurs, VigieError
from bot.i18n import Voice
from bot.services import tracking, voices
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.forms import METADATA
from bot.slack.blocks.tracking import known_card, no_link, track_view
from bot.slack.blocks.views import notice_view
from bot.slack.links import Link, links_in
from handlers.carrying import carried_as
from handlers.replies import Body, in_words, open_modal, tell
from handlers.submissions import CLOSED, Outcome, Submission, on_submission
from handlers.submitted import chosen, severity

log = structlog.get_logger(__name__)

WORDS = 600


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """What a form carries along: the links, and where the message with them stands."""

    links: tuple[Link, ...]
    channel: str
    name: str
    thread: str


def register(app: AsyncApp) -> None:
    app.shortcut(ids.TRACK_SHORTCUT)(on_track)
    app.view(ids.TRACK_VIEW)(on_submission(on_chosen, under=ids.WATCH))


async def on_track(
    ack: AsyncAck, body: Body, respond: AsyncRespond, client: AsyncWebClient, services: Services
) -> None:
    """A link that is known is shown at once; of another it is asked for which watch."""
    await ack()
    voice = await voices.to(services, body["user"]["id"])
    where = _where(body)
    try:
        if not where.links:
            await tell(body, no_link(voice), voice, respond, client)
        elif len(where.links) > 1 or not await _known(body, where, services, voice, respond):
            await _ask(body, where, services, voice, respond, client)
    except VigieError as error:
        await tell(body, in_words(error, voice), voice, respond, client)


async def on_chosen(submitted: Submission) -> Outcome:
    """Track the link that was chosen; one that has a conversation is shown it."""
    view, voice = submitted.view, submitted.voice
    where = carried_as(submitted.carried, Where)
    number = chosen(view, ids.LINK) or "0"
    if number not in map(str, range(len(where.links))):
        raise NotOurs
    tracked = await tracking.track(
        submitted.services,
        _find(where, where.links[int(number)]),
        submitted.by,
        chosen(view, ids.WATCH),
        severity(view, ids.SEVERITY, "medium"),
    )
    if tracked.is_new:
        return CLOSED
    card = known_card(tracked.conversation, submitted.services.now(), voice)
    return Outcome("update", notice_view(card.text, voice))


async def _known(
    body: Body, where: Where, services: Services, voice: Voice, respond: AsyncRespond
) -> bool:
    """Show the conversation that a link has, or open that of its mention; False where there is
    neither, or its watch is gone."""
    kept = await tracking.known(services, where.links[0].url)
    if kept is None or services.watches.find(kept.value.watch) is None:
        return False
    find = _find(where, where.links[0])
    tracked = await tracking.track(services, find, body["user"]["id"], kept.value.watch)
    if not tracked.is_new:
        card = known_card(tracked.conversation, services.now(), voice)
        await respond(
            text=card.text,
            blocks=list(card.blocks),
            response_type="ephemeral",
            replace_original=False,
        )
    return True


async def _ask(
    body: Body,
    where: Where,
    services: Services,
    voice: Voice,
    respond: AsyncRespond,
    client: AsyncWebClient,
) -> None:
    suggested = await tracking.suggested(services, where.links[0].words)
    names = [watch.name for watch in services.watches.all]
    carried = msgspec.json.encode(where).decode()
    view = track_view(where.links, names, suggested, carried, voice)
    if code := await open_modal(client, body, view):
        log.warning("a modal was not opened", reason=code)
        words = voice.say("Slack did not open the form in time. Please click again.")
        await tell(body, words, voice, respond, client)


def _where(body: Body) -> Where:
    message: dict[str, Any] = body.get("message") or {}
    channel: dict[str, str] = body.get("channel") or {}
    where = Where(
        links=(),
        channel=channel.get("id", ""),
        name=channel.get("name", ""),
        thread=str(message.get("thread_ts") or message.get("ts") or ""),
    )
    return msgspec.structs.replace(where, links=_carried(where, links_in(message)))


def _carried(where: Where, links: Sequence[Link]) -> tuple[Link, ...]:
    """As many of the links, from the first on, as a form can carry along, with fewer words about
    each the more there are."""
    kept: tuple[Link, ...] = ()
    for link in links:
        more = (*kept, Link(link.url, link.words[: WORDS // len(links)]))
        if len(msgspec.json.encode(msgspec.structs.replace(where, links=more))) > METADATA:
            break
        kept = more
    return kept


def _find(where: Where, link: Link) -> tracking.Find:
    return tracking.Find(
        url=link.url,
        words=link.words,
        channel=where.channel,
        channel_name=where.name,
        thread=where.thread,
    )
