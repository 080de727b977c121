"""What Slack answers, as an error of ours: whatever it is, it has a kind."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
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
from bot.slack.calls import call


def answer(status: int, data: Any, headers: dict[str, str] | None = None) -> AsyncSlackResponse:
    return AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="chat.postMessage",
        req_args={},
        data=data,
        headers=headers or {},
        status_code=status,
    )


async def refused(status: int, data: Any = "", headers: dict[str, str] | None = None) -> SlackError:
    """The error that an answer becomes."""

    async def method() -> AsyncSlackResponse:
        raise SlackApiError("no", answer(status, data, headers))  # type: ignore[no-untyped-call]

    with pytest.raises(SlackError) as raised:
        await call(method)
    return raised.value


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("17", 17.0),
        ("1.5", 1.5),
        ("0", 1.0),
        ("-5", 1.0),
        ("1e9", 3600.0),
        ("inf", 3600.0),
        ("nan", 30.0),
        ("", 30.0),
        ("soon", 30.0),
        ("30;w=60", 30.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 30.0),
    ],
)
async def test_a_wait_that_slack_asks_for_is_kept_and_one_that_cannot_be_read_is_half_a_minute(
    written: str, seconds: float
) -> None:
    error = await refused(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": written})
    assert isinstance(error, SlackRateLimited)
    assert error.seconds == seconds


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (429, ""),
        (200, {"ok": False, "error": "ratelimited"}),
        (200, {"ok": False, "error": "rate_limited"}),
        (200, {"ok": False, "error": "message_limit_exceeded"}),
    ],
)
async def test_a_rate_limit_that_names_no_wait_is_one_all_the_same(
    status: int, data: object
) -> None:
    error = await refused(status, data)
    assert isinstance(error, SlackRateLimited)
    assert error.seconds == 30


@pytest.mark.parametrize("status", [200, 404, 500, 502, 503])
async def test_a_page_of_html_says_nothing_of_whether_it_arrived(status: int) -> None:
    assert isinstance(await refused(status, "<html>Sorry</html>"), SlackUnavailable)


async def test_what_slacks_client_raises_by_itself_says_nothing_of_it_either() -> None:
    async def method() -> AsyncSlackResponse:
        raise SlackRequestError("Failed to upload a file (status: 500)")

    with pytest.raises(SlackUnavailable):
        await call(method)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("is_archived", ChannelClosed),
        ("not_in_channel", ChannelClosed),
        ("msg_too_long", ContentRefused),
        ("invalid_arguments", ContentRefused),
        ("cannot_reply_to_message", MessageGone),
        ("token_revoked", TokenRefused),
        ("account_inactive", TokenRefused),
        ("missing_scope", TokenRefused),
        ("team_access_not_granted", TokenRefused),
        ("org_login_required", SlackUnavailable),
        ("team_added_to_org", SlackUnavailable),
        ("service_unavailable", SlackUnavailable),
        ("a_word_of_next_year", SlackError),
    ],
)
async def test_a_refusal_is_told_by_who_can_mend_it(code: str, kind: type[SlackError]) -> None:
    error = await refused(200, {"ok": False, "error": code})
    assert type(error) is kind
    assert error.code == code
