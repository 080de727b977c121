"""What Slack is to hear at once, whatever comes of it, and that it does hear it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.slack import ids


class Lasting(AsyncAck):
    """An acknowledgement that stays given.

    Bolt looks every 10 ms whether a listener acknowledged. Where the listener falls over before
    that look, Bolt takes its acknowledgement back, and Slack never hears it
    (`run_ack_function_asynchronously` in slack_bolt/listener/asyncio_runner.py, 1.30).
    """

    def __init__(self) -> None:
        self._given: BoltResponse | None = None

    @property
    def response(self) -> BoltResponse | None:
        return self._given

    @response.setter
    def response(self, given: BoltResponse | None) -> None:
        self._given = given or self._given


async def lasting(context: AsyncBoltContext, next: Callable[[], Awaitable[None]]) -> None:
    """Whatever a listener acknowledges stays acknowledged."""
    context["ack"] = Lasting()
    await next()


def says_nothing(kind: str, payload: Mapping[str, object]) -> bool:
    """Whether an envelope's acknowledgement says nothing: events and our own command are answered
    by other ways. Forms are acknowledged with their errors, menus with their options, and a click
    once what it changes is kept: its acknowledgement says that it is (`handlers/clicks.py`)."""
    match kind:
        case "events_api":
            return True
        case "slash_commands":
            return payload.get("command") == ids.COMMAND
    return False
