"""Forms about one conversation that were submitted."""

from __future__ import annotations

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.domain.snoozes import CHOICES, Choice, wakes
from bot.services import conversations
from bot.slack import ids
from bot.slack.blocks.views import seen_in
from handlers.submissions import CLOSED, Outcome, Refused, Submission, on_submission
from handlers.submitted import chosen, day, person, text

log = structlog.get_logger(__name__)

View = dict[str, Any]


def register(app: AsyncApp) -> None:
    app.view(ids.ASSIGN_VIEW)(on_submission(on_assign, under=ids.ASSIGNEE))
    app.view(ids.RESOLVE_VIEW)(on_submission(on_resolve, under=ids.NOTE))
    app.view(ids.SNOOZE_VIEW)(on_submission(on_snooze, under=ids.SNOOZE_UNTIL))
    app.view(re.compile(".*"))(on_unknown)


async def on_assign(submitted: Submission) -> Outcome:
    """Give the conversation to the person chosen, if it still is whose the form showed."""
    view = submitted.view
    to, note = person(view, ids.ASSIGNEE), text(view, ids.NOTE).strip()
    if not to:
        raise Refused({ids.ASSIGNEE: submitted.voice.say("Choose a person.")})
    id, had = seen_in(submitted.carried)
    await conversations.assign(submitted.services, id, submitted.by, to, note, had=had)
    return CLOSED


async def on_resolve(submitted: Submission) -> Outcome:
    """Close the conversation, with its note."""
    id, _ = seen_in(submitted.carried)
    note = text(submitted.view, ids.NOTE).strip()
    await conversations.resolve(submitted.services, id, submitted.by, note)
    return CLOSED


async def on_snooze(submitted: Submission) -> Outcome:
    """Put the conversation aside until the moment chosen."""
    services, voice = submitted.services, submitted.voice
    choice, on = chosen(submitted.view, ids.SNOOZE_UNTIL), day(submitted.view, ids.SNOOZE_DAY)
    known: Choice = next((one for one in CHOICES if one == choice), "tomorrow")
    if on and known != "day":
        words = voice.say("Choose “On the morning of the day below” above, or leave this empty.")
        raise Refused({ids.SNOOZE_DAY: words})
    until = wakes(known, on, services.now(), voice.zone, services.config.hours.opens)
    if until is None:
        raise Refused({ids.SNOOZE_DAY: voice.say("Choose a day that is still to come.")})
    id, _ = seen_in(submitted.carried)
    await conversations.snooze(services, id, submitted.by, until)
    return CLOSED


async def on_unknown(ack: AsyncAck, view: View) -> None:
    """A modal of an older Vigie: closed, and noted."""
    await ack()
    log.warning("a modal that is not known", view=view.get("callback_id"))
