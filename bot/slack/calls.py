"""One call to Slack's Web API, with every way of failing turned into an error of ours.

Codes: https://docs.slack.dev/reference/methods (each method's page lists its own).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from math import isnan
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import (
    ChannelClosed,
    ContentRefused,
    MessageGone,
    SlackError,
    SlackRateLimited,
    SlackUnavailable,
    TokenRefused,
)
from bot.metrics import SLACK_CALLS

log = structlog.get_logger(__name__)

_CODES: Mapping[type[SlackError], tuple[str, ...]] = {
    ChannelClosed: (
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "is_inactive",
        "restricted_action",
    ),
    ContentRefused: (
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "invalid_arguments",
        "invalid_metadata_format",
        "metadata_too_large",
    ),
    MessageGone: (
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "thread_not_found",
        "invalid_thread_ts",
        "cannot_reply_to_message",
    ),
    TokenRefused: (
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "missing_scope",
        "not_allowed_token_type",
        "no_permission",
        "team_access_not_granted",
        "accesslimited",
    ),
    SlackUnavailable: (
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        # the workspace moves into an organisation, and is back by itself
        "org_login_required",
        "team_added_to_org",
    ),
}
_KINDS = {code: kind for kind, codes in _CODES.items() for code in codes}

_TOO_MANY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
"""A rate limit without the status 429; `chat.postMessage` has two words more for it."""

_UNREADABLE = 30.0
"""Seconds to wait where Slack's word for it cannot be read."""


async def call(
    method: Callable[..., Awaitable[AsyncSlackResponse]], **arguments: Any
) -> AsyncSlackResponse:
    """Slack's answer to `method`, called with those of `arguments` that are not None.

    Raises SlackUnavailable where nobody knows whether the call arrived, SlackRateLimited on 429,
    or the SlackError of the code that Slack gave.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        answer = await _answered(method, given)
    except SlackError as error:
        _count(method, error.code or "unavailable")
        raise
    _count(method, "ok")
    return answer


async def _answered(
    method: Callable[..., Awaitable[AsyncSlackResponse]], given: Mapping[str, Any]
) -> AsyncSlackResponse:
    try:
        return await method(**given)
    except SlackApiError as error:
        raise _refusal(error) from None
    except (TimeoutError, aiohttp.ClientError, SlackClientError, OSError) as error:
        raise SlackUnavailable(f"Slack did not answer ({type(error).__name__})") from None


def _count(method: Callable[..., Awaitable[AsyncSlackResponse]], result: str) -> None:
    name = getattr(method, "__name__", "other")
    SLACK_CALLS.labels(name, result).inc()
    log.debug("Slack was called", method=name, result=result)


def _refusal(error: SlackApiError) -> SlackError:
    """Slack's refusal as ours; the response may hold no JSON at all."""
    response = error.response
    status = int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or code in _TOO_MANY:
        return SlackRateLimited("Slack asks to slow down", _retry_after(response))
    if status >= 500 or not code:
        return SlackUnavailable(f"Slack answered {status} without a reason", code)
    return _KINDS.get(code, SlackError)(f"Slack answered {code}", code)


def _retry_after(response: object) -> float:
    """The seconds to wait, from 1 to 3600."""
    headers = getattr(response, "headers", None) or {}
    written = {str(name).lower(): str(value) for name, value in headers.items()}
    try:
        seconds = float(written["retry-after"])
    except (KeyError, ValueError):
        return _UNREADABLE
    return _UNREADABLE if isnan(seconds) else min(max(seconds, 1.0), 3600.0)
