"""response_url: five uses in thirty minutes, and what each may do."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.standin import Message, Standin
from bot.standin.residents import BOT_USER_ID
from bot.standin.responses import Origin

DIVIDER: list[dict[str, Any]] = [{"type": "divider"}]


class Answering:
    """A response_url for what Sam did in #care, at `original` if given."""

    def __init__(self, standin: Standin, original: Message | None = None) -> None:
        self.standin = standin
        care = standin.workspace.channel("#care")
        assert care is not None
        origin = Origin(
            user=standin.person("Sam").id, channel=care.id, ts=original.ts if original else ""
        )
        self._client = AsyncWebhookClient(standin.world.response_url(origin))
        self._client.proxy = None

    async def say(self, **said: Any) -> tuple[int, str]:
        """The status and the body that the workspace answered."""
        answer = await self._client.send_dict(said)
        return answer.status_code, answer.body


@pytest.fixture
async def alert(standin: Standin) -> Message:
    """A message of the app's in #care."""
    care = standin.workspace.channel("#care")
    assert care is not None
    return standin.world.post(Message(channel=care.id, ts="", user=BOT_USER_ID, text="alert"))


async def test_an_answer_is_private_unless_it_says_otherwise(standin: Standin) -> None:
    answering = Answering(standin)
    await answering.say(text="for Sam")
    await answering.say(text="for all", response_type="in_channel")

    assert [m.text for m in standin.messages("#care")] == ["for all"]
    assert [m.text for m in standin.person("Sam").messages("#care")] == ["for Sam", "for all"]


async def test_the_sixth_use_is_refused(standin: Standin) -> None:
    answering = Answering(standin)
    for n in range(5):
        assert (await answering.say(text=str(n)))[0] == 200

    status, body = await answering.say(text="six")
    assert (status, "used_url" in body) == (404, True)
    assert len(standin.person("Sam").ephemerals("#care")) == 5


async def test_it_expires_after_half_an_hour(standin: Standin) -> None:
    answering = Answering(standin)
    standin.clock.forward(1799)
    assert (await answering.say(text="in time"))[0] == 200
    standin.clock.forward(2)
    status, body = await answering.say(text="late")
    assert (status, "expired_url" in body) == (404, True)


async def test_the_original_is_replaced_in_place(standin: Standin, alert: Message) -> None:
    await Answering(standin, alert).say(text="claimed", blocks=DIVIDER, replace_original=True)

    (changed,) = standin.messages("#care")
    assert (changed.ts, changed.text, len(changed.blocks)) == (alert.ts, "claimed", 1)


async def test_the_original_is_deleted(standin: Standin, alert: Message) -> None:
    await Answering(standin, alert).say(delete_original=True)
    assert standin.messages("#care") == ()


async def test_an_answer_goes_into_the_thread_it_names(standin: Standin, alert: Message) -> None:
    await Answering(standin, alert).say(
        text="noted", response_type="in_channel", thread_ts=alert.ts
    )
    (reply,) = standin.workspace.replies(alert.channel, alert.ts)
    assert reply.text == "noted"


async def test_content_is_checked_as_everywhere(standin: Standin) -> None:
    answering = Answering(standin)
    header = {"type": "header", "text": {"type": "mrkdwn", "text": "*no*"}}

    status, body = await answering.say(text="x", blocks=[header])
    assert (status, "invalid_blocks" in body) == (400, True)
    status, body = await answering.say(text="")
    assert (status, "no_text" in body) == (400, True)


async def test_the_app_cannot_rewrite_or_take_away_what_a_person_said(standin: Standin) -> None:
    said = standin.person("Margot").post("#care", "my own words")
    answering = Answering(standin, said)
    await answering.say(text="other words", replace_original=True)
    await answering.say(delete_original=True)

    assert [m.text for m in standin.messages("#care")] == ["my own words"]
    assert [m.text for m in standin.person("Sam").ephemerals("#care")] == ["other words"]


async def test_an_answer_goes_into_a_thread_only_where_there_is_one(
    standin: Standin, alert: Message
) -> None:
    answering = Answering(standin, alert)
    for thread_ts in (alert.ts, "1.000001", ["x"]):
        await answering.say(text="x", response_type="in_channel", thread_ts=thread_ts)

    assert [m.thread_ts for m in standin.messages("#care")] == ["", alert.ts, "", ""]
