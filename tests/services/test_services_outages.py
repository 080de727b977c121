"""Slack takes nothing for a while: when it does again, the admins hear of it once."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import ChannelClosed, SlackError, SlackRateLimited, SlackUnavailable, TokenRefused
from bot.services.base import Services
from bot.services.carrying import Carrier
from bot.services.outages import LANE
from tests.services.conftest import HandClock
from tests.services.test_services_outbox import Slack, a_notice, keep, slack

__all__ = ["slack"]  # a fixture

MINUTE = timedelta(minutes=1)


class Desk:
    """A carrier whose lane of #brand is tried when a test says so."""

    def __init__(self, services: Services, slack: Slack, clock: HandClock) -> None:
        self._services = services
        self._slack = slack
        self._clock = clock
        self.carrier = Carrier(services)

    async def tries(self, *refusals: SlackError, every: timedelta = MINUTE) -> None:
        """So many tries are refused, so far apart, and then one is not."""
        self._slack.refusals += refusals
        for _ in refusals:
            await self.carrier.deliver("channel #brand")
            self._clock.turn(every)
        await self.carrier.deliver("channel #brand")

    async def notices(self) -> list[str]:
        """What the admins are told of outages."""
        while await self._services.records.outbox.count(
            {"lane": LANE, "state": "waiting"}, "order"
        ):
            await self.carrier.deliver(LANE)
        return [text for channel, text in self._slack.said if channel == "#admin"]


async def test_it_says_from_when_to_when_and_how_many_messages_waited(
    services: Services, slack: Slack, clock: HandClock
) -> None:
    desk = Desk(services, slack, clock)
    await keep(services, *(a_notice(n) for n in range(1, 4)))
    began = int(clock.now.timestamp())
    away = SlackUnavailable("no answer"), TokenRefused("revoked"), SlackRateLimited("slowly", 60)
    await desk.tries(*away)
    [told] = await desk.notices()
    assert f"<!date^{began}^" in told
    assert f"<!date^{began + 180}^" in told
    assert "3 messages waited" in told


async def test_what_is_over_within_a_minute_is_told_to_nobody(
    services: Services, slack: Slack, clock: HandClock
) -> None:
    desk = Desk(services, slack, clock)
    await keep(services, a_notice(1))
    await desk.tries(*3 * [SlackUnavailable("no answer")], every=timedelta(seconds=10))
    assert await desk.notices() == []


async def test_a_channel_that_is_closed_is_no_outage(
    services: Services, slack: Slack, clock: HandClock
) -> None:
    desk = Desk(services, slack, clock)
    await keep(services, a_notice(1))
    await desk.tries(ChannelClosed("archived", "is_archived"), every=timedelta(hours=1))
    assert not any("takes messages again" in text for text in await desk.notices())


async def test_an_outage_over_a_restart_began_when_it_began(
    services: Services, slack: Slack, clock: HandClock
) -> None:
    began = int(clock.now.timestamp())
    await keep(services, a_notice(1))
    slack.refusals.append(SlackUnavailable("no answer"))
    await Desk(services, slack, clock).carrier.deliver("channel #brand")
    clock.turn(timedelta(hours=2))
    desk = Desk(services, slack, clock)
    await desk.tries(SlackUnavailable("no answer"))
    [told] = await desk.notices()
    assert f"<!date^{began}^" in told


async def test_of_two_workers_that_had_no_answer_one_tells_of_it(
    services: Services, slack: Slack, clock: HandClock
) -> None:
    one, other = Desk(services, slack, clock), Desk(services, slack, clock)
    await keep(services, a_notice(1, "#brand"), a_notice(2, "#care"))
    slack.refusals += 2 * [SlackUnavailable("no answer")]
    await one.carrier.deliver("channel #brand")
    clock.turn(timedelta(seconds=1))
    await other.carrier.deliver("channel #care")
    clock.turn(timedelta(hours=1))
    await one.carrier.deliver("channel #brand")
    await other.carrier.deliver("channel #care")
    assert len(await one.notices()) == 1


async def test_a_second_outage_is_told_as_well(
    services: Services, slack: Slack, clock: HandClock
) -> None:
    desk = Desk(services, slack, clock)
    for order in (1, 2):
        await keep(services, a_notice(order))
        await desk.tries(SlackUnavailable("no answer"))
        clock.turn(timedelta(hours=1))
    assert len(await desk.notices()) == 2
