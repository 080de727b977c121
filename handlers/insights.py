"""Insights: made of a conversation or a message in a form, and decided on by the buttons of their
cards."""

from __future__ import annotations

import msgspec
import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.insights import KINDS, Deed, InsightError
from bot.errors import VigieError
from bot.i18n import Voice
from bot.services import (
    hearing,
    insightcards,
    insights,
    insightteams,
    likeposts,
    owning,
    replying,
    subjects,
    voices,
)
from bot.services.base import Services
from bot.services.hearing import Chosen, Prepared
from bot.services.subjects import Subject
from bot.slack import ids
from bot.slack.blocks.insightform import (
    NOBODYS,
    change_view,
    decline_view,
    insight_view,
    like_words,
)
from bot.slack.links import links_in
from handlers.carrying import carried_as
from handlers.clicks import Click, on_click
from handlers.replies import Body, in_words, open_modal, tell
from handlers.submissions import CLOSED, Outcome, Submission, on_submission
from handlers.submitted import chosen, several, text

log = structlog.get_logger(__name__)

DEEDS: dict[str, Deed] = {
    ids.INSIGHT_HEAR: "hear",
    ids.INSIGHT_ACCEPT: "accept",
    ids.INSIGHT_PLAN: "plan",
    ids.INSIGHT_SHIP: "ship",
    ids.INSIGHT_ANSWER: "answer",
    ids.INSIGHT_DISMISS: "dismiss",
    ids.INSIGHT_REOPEN: "reopen",
}


def register(app: AsyncApp) -> None:
    for action in DEEDS:
        app.action(action)(on_click(on_deed, keeps=True))
    app.action(ids.INSIGHT_DECLINE)(on_click(on_decline))
    app.action(ids.INSIGHT_CHANGE)(on_click(on_change))
    app.action(ids.INSIGHT_MORE)(on_click(on_more, keeps=True))
    app.action(ids.INSIGHT_NEW)(on_click(on_new))
    app.action(ids.INSIGHT_REPLIED)(on_click(on_replied, keeps=True))
    app.shortcut(ids.INSIGHT_SHORTCUT)(on_shortcut)
    app.view(ids.INSIGHT_VIEW)(on_submission(on_heard, under=ids.INSIGHT_TITLE))
    app.view(ids.INSIGHT_CHANGE_VIEW)(on_submission(on_changed, under=ids.INSIGHT_TITLE))
    app.view(ids.INSIGHT_DECLINE_VIEW)(on_submission(on_declined, under=ids.INSIGHT_REASON))


async def on_deed(clicked: Click) -> None:
    """One click, one deed."""
    await _carry_out(clicked, clicked.action["action_id"], clicked.value)


async def on_decline(clicked: Click) -> None:
    """Ask why, of who may decline it."""
    await _ask_why(clicked, clicked.value)


async def on_change(clicked: Click) -> None:
    """The form of one that there is, to who may put it right."""
    services = clicked.services
    try:
        found = (await insights.find(services, clicked.value)).value
        insightteams.check_may_do(services, "change", clicked.by, found)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    teams = [team.name for team in services.config.teams]
    others = await likeposts.others(services, found)
    await clicked.open(change_view(found, teams, others, clicked.voice))


async def on_changed(submitted: Submission) -> Outcome:
    """Put it right, or have another take it over."""
    services, by = submitted.services, submitted.by
    wanted = _chosen(submitted.view)
    if wanted.other:
        await owning.merge(services, submitted.carried, wanted.other, by)
    else:
        await owning.change(
            services,
            submitted.carried,
            by,
            title=wanted.title,
            kind=wanted.kind,
            theme=wanted.theme,
            team=wanted.team,
        )
    return CLOSED


async def on_more(clicked: Click) -> None:
    """An entry of the menu of one that waits for a decision."""
    action, _, id = clicked.value.partition(" ")
    if action == ids.INSIGHT_DECLINE:
        await _ask_why(clicked, id)
    elif action in DEEDS:
        await _carry_out(clicked, action, id)
    else:
        log.warning("an entry of a menu that is not known", action=action)


async def _carry_out(clicked: Click, action: str, id: str) -> None:
    """A word only where it went wrong."""
    try:
        await insights.carry_out(clicked.services, id, DEEDS[action], clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
    await _shown_again(clicked, id)


async def _shown_again(clicked: Click, id: str) -> None:
    """An answer to one person is drawn again where it was clicked; its card is, by the outbox."""
    if not (clicked.body.get("container") or {}).get("is_ephemeral"):
        await clicked.redraw()
        return
    try:
        found = (await insights.find(clicked.services, id)).value
    except InsightError:
        return  # it was told already that there is none
    card = await insightcards.card_for(clicked.services, found, clicked.voice)
    await clicked.taken()
    await clicked.respond(text=card.text, blocks=list(card.blocks), replace_original=True)


async def _ask_why(clicked: Click, id: str) -> None:
    try:
        found = (await insights.find(clicked.services, id)).value
        insightteams.check_may_do(clicked.services, "decline", clicked.by, found)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    await clicked.open(decline_view(found, clicked.voice))


async def on_declined(submitted: Submission) -> Outcome:
    """Decline it, with the reason."""
    reason = text(submitted.view, ids.INSIGHT_REASON)
    await insights.carry_out(submitted.services, submitted.carried, "decline", submitted.by, reason)
    return CLOSED


async def on_replied(clicked: Click) -> None:
    """A post was answered, since what it asks for is there."""
    try:
        await replying.answered(clicked.services, clicked.value, clicked.by)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))


async def on_new(clicked: Click) -> None:
    """The form, for the post of a conversation."""
    try:
        subject = await subjects.of_conversation(clicked.services, clicked.value)
        prepared = await hearing.prepared(clicked.services, subject)
    except VigieError as error:
        await clicked.tell(in_words(error, clicked.voice))
        return
    await clicked.open(_form(clicked.services, prepared, clicked.voice))


async def on_shortcut(
    ack: AsyncAck, body: Body, respond: AsyncRespond, client: AsyncWebClient, services: Services
) -> None:
    """The form, for the post that a message shows or links to, or the message itself."""
    await ack()
    voice = await voices.to(services, body["user"]["id"])
    message = body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id", ""))
    try:
        links = [link.url for link in links_in(message)]
        subject = await subjects.of_message(services, message, links, channel)
        prepared = await hearing.prepared(services, subject)
    except VigieError as error:
        await tell(body, in_words(error, voice), voice, respond, client)
        return
    if code := await open_modal(client, body, _form(services, prepared, voice)):
        log.warning("a modal was not opened", reason=code)
        words = voice.say("Slack did not open the form in time. Please click again.")
        await tell(body, words, voice, respond, client)


async def on_heard(submitted: Submission) -> Outcome:
    """Keep what was put in; like posts are added once Slack has its answer."""
    services = submitted.services
    subject = carried_as(submitted.carried, Subject)
    wanted = _chosen(submitted.view)
    insight = await hearing.heard(services, subject, wanted, submitted.by)
    if not wanted.like:
        return CLOSED

    async def then() -> None:
        await hearing.add_like(services, subject, insight)

    return Outcome(then=then)


def _chosen(view: Body) -> Chosen:
    kind, team = chosen(view, ids.INSIGHT_KIND), chosen(view, ids.INSIGHT_TEAM)
    return Chosen(
        title=text(view, ids.INSIGHT_TITLE).strip(),
        kind=next((known for known in KINDS if known == kind), "wish"),
        theme=text(view, ids.INSIGHT_THEME).strip(),
        team="" if team == NOBODYS else team,
        other=chosen(view, ids.INSIGHT_OTHER),
        like=bool(several(view, ids.INSIGHT_LIKE)),
    )


def _form(services: Services, prepared: Prepared, voice: Voice) -> Body:
    return insight_view(
        prepared.insight,
        [team.name for team in services.config.teams],
        prepared.others,
        like_words(
            prepared.posts, prepared.people, prepared.reach, voice, counted=prepared.counted
        ),
        msgspec.json.encode(prepared.subject).decode(),
        voice,
    )
