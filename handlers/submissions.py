"""A form that was submitted, with the ways in which Slack can be answered."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import VigieError
from bot.i18n import Voice
from bot.services import voices
from bot.services.base import Services
from handlers.replies import Body, home_again, in_words

_MEMBER = re.compile(r"<@([A-Z0-9]+)>")


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What was put into the form `view`; `voice` is that of who submitted it. `began` is when it
    came in, by the monotonic clock: Slack waits three seconds for an answer."""

    services: Services
    voice: Voice
    body: Body
    view: Body
    client: AsyncWebClient
    began: float

    @property
    def by(self) -> str:
        """The Slack user id of who submitted it."""
        return str(self.body["user"]["id"])

    @property
    def carried(self) -> str:
        """What the form carried along."""
        return str(self.view.get("private_metadata") or "")


class Outcome(NamedTuple):
    """What becomes of the form: it is closed, all are (*clear*), or another `view` takes its place
    (*update*) or lies upon it (*push*). `then` is done once Slack has been answered."""

    action: Literal["", "clear", "update", "push"] = ""
    view: Body | None = None
    then: Callable[[], Awaitable[None]] | None = None


CLOSED = Outcome()


class Refused(Exception):
    """What cannot be taken as it was put in: plain words by the block of the field they concern."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__(*words)
        self.words = words


Carry = Callable[[Submission], Awaitable[Outcome]]


def on_submission(
    carry_out: Carry, under: str | Callable[[Body], str]
) -> Callable[..., Awaitable[None]]:
    """The listener that carries out what was submitted, in the language of who did.

    A refusal leaves the form open: it is said below its field, that of `under` where `carry_out`
    names none (which may depend on the form). What was done shows in Home at once, as many forms
    are opened there.
    """

    async def listener(
        ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient, services: Services
    ) -> None:
        began = time.monotonic()
        voice = await voices.to(services, str(body["user"]["id"]))
        submitted = Submission(
            services=services, voice=voice, body=body, view=view, client=client, began=began
        )
        try:
            outcome = await carry_out(submitted)
        except Refused as refused:
            await ack(response_action="errors", errors=refused.words)
            return
        except VigieError as error:
            field = under if isinstance(under, str) else under(view)
            words = await plainly(services, error, voice)
            await ack(response_action="errors", errors={field: words})
            return
        await ack(**_answer(outcome))
        if outcome.then:
            await outcome.then()
        if outcome.action in ("", "clear"):
            await home_again(services, voice, client, submitted.by)

    return listener


async def plainly(services: Services, error: VigieError, voice: Voice) -> str:
    """An error for a form, which shows plain text: people by their names, and no marks."""
    words = in_words(error, voice)
    for user in dict.fromkeys(_MEMBER.findall(words)):
        called = await services.slack.name_of(user)
        shown = voice.say("Somebody else") if called == user else called
        words = words.replace(f"<@{user}>", shown)
    return words.replace("`", "")


def _answer(outcome: Outcome) -> dict[str, Any]:
    """What Slack is told (https://docs.slack.dev/surfaces/modals#handling-submissions)."""
    if not outcome.action:
        return {}
    return {"response_action": outcome.action, **({"view": outcome.view} if outcome.view else {})}
