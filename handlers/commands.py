"""`/vigie …`, and the same words in a mention of @Vigie (slash commands do not work in threads)."""

from __future__ import annotations

import re

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.i18n import Voice
from bot.services import tours, voices, working
from bot.services.base import Services
from bot.slack import ids
from bot.slack.blocks.parts import Card
from handlers.asked.question import Question
from handlers.desk import Desk
from handlers.working import answer_in_time

log = structlog.get_logger(__name__)

REASON = 200
"""Characters of what Slack says of an answer that it does not take."""

_US = re.compile(r"^\s*<@[A-Z0-9]+(?:\|[^>]*)?>[\s:,]*")


def register(app: AsyncApp) -> None:
    app.command(ids.COMMAND)(on_command)
    app.command(re.compile(".*"))(on_other_command)
    app.event("app_mention")(on_mention)


async def on_command(
    ack: AsyncAck, command: dict[str, str], respond: AsyncRespond, services: Services, desk: Desk
) -> None:
    """Acknowledge at once, then answer the person alone."""
    await ack()
    question = Question(
        services=services,
        voice=await voices.to(services, command["user_id"]),
        by=command["user_id"],
        rest=command.get("text", ""),
        channel=command.get("channel_id", ""),
        trigger=command.get("trigger_id", ""),
    )

    async def show(card: Card) -> None:
        answered = await respond(
            text=card.text, blocks=list(card.blocks), response_type="ephemeral", unfurl_links=False
        )
        if answered.status_code != 200:
            log.warning(
                "the answer to a command was not taken",
                status=answered.status_code,
                reason=str(answered.body)[:REASON],
            )
            await respond(text=card.text, response_type="ephemeral")  # better than no answer

    await answer_in_time(question, show, desk)
    await tours.greet(services, command["user_id"])


async def on_other_command(ack: AsyncAck, command: dict[str, str], services: Services) -> None:
    """A command that the app's manifest has and Vigie does not: answered, not left to time out."""
    voice = Voice(services.config.slack.language, services.config.timezone)
    words = voice.say(
        "Vigie answers to {ours}, not to {other}.", ours=ids.COMMAND, other=command["command"]
    )
    await ack(words)


async def on_mention(event: dict[str, str], services: Services, desk: Desk) -> None:
    """Answer in the thread of the mention."""
    thread = event.get("thread_ts") or event["ts"]
    question = Question(
        services=services,
        voice=await voices.to(services, event["user"]),
        by=event["user"],
        rest=_US.sub("", event.get("text", "")),
        channel=event["channel"],
        thread=thread,
    )

    async def show(card: Card) -> None:
        await working.answered(services, event["channel"], thread, card)

    await answer_in_time(question, show, desk)
    await tours.greet(services, event["user"])
