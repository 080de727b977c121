"""Answers in messages of their own: remembered before they are said, and caught up with."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.domain.outbox import Delivery
from bot.errors import ChannelClosed, SlackError, SlackRateLimited, SlackUnavailable
from bot.services import working
from bot.services.base import Services
from bot.slack.blocks.parts import Card
from bot.slack.gateway import Posted
from tests.services.test_services_outbox import Slack

CARD = Card("“hated it”", ())


class Meanwhile(Slack):
    """Something is taken back while Slack is given the answer."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    async def post(
        self, channel: str, text: str, *_: object, delivery: str, **__: object
    ) -> Posted:
        outbox = self._services.records.outbox
        kept = await outbox.get(delivery)
        assert kept
        struck = replace(kept.value, text="gone")
        await self._services.records.commit([outbox.put(delivery, struck, kept.version)])
        return await super().post(channel, text, delivery=delivery)


def over(services: Services, slack: Slack) -> Slack:
    object.__setattr__(services, "slack", slack)  # frozen for all but this test
    return slack


async def remembered(services: Services) -> list[Delivery]:
    return [kept.value for kept in await services.records.outbox.find({"state": "sent"}, "order")]


async def test_an_answer_is_remembered_with_where_it_stands(services: Services) -> None:
    slack = over(services, Slack())
    await working.answered(services, "C1", "9.0", CARD)
    assert slack.said == [("C1", CARD.text)]
    [said] = await remembered(services)
    assert (said.state, said.posted_to, said.ts, said.text) == ("sent", "C1", "1.0", CARD.text)


async def test_what_was_taken_back_meanwhile_is_struck_at_once(services: Services) -> None:
    slack = over(services, Meanwhile(services))
    await working.answered(services, "C1", "9.0", CARD)
    assert slack.changed == [(Posted("C1", "1.0"), "gone")]
    [said] = await remembered(services)
    assert (said.text, said.ts) == ("gone", "1.0")


async def test_what_slack_refused_is_not_remembered(services: Services) -> None:
    slack = over(services, Slack())
    slack.refusals.append(ChannelClosed("closed"))
    with pytest.raises(ChannelClosed):
        await working.answered(services, "C1", "9.0", CARD)
    assert await remembered(services) == []


@pytest.mark.parametrize(
    ("error", "state"),
    [(SlackRateLimited("slow", 3), "waiting"), (SlackUnavailable("?"), "trying")],
)
async def test_what_slack_does_not_take_just_now_waits_for_it_in_its_thread(
    services: Services, error: SlackError, state: str
) -> None:
    slack = over(services, Slack())
    slack.refusals.append(error)
    await working.answered(services, "C1", "9.0", CARD)
    [kept] = await services.records.outbox.find({"state": state}, "order")
    waits = kept.value
    assert (waits.channel, waits.thread, waits.text) == ("C1", "9.0", CARD.text)
    assert services.wake.is_set()
