from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources import ratelimits

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("120, 120", 120),  # set by a proxy too
        ("0", 0),
        ("0.2", 0.2),  # Stack Exchange
        ("231.0", 231),  # Reddit: what is left
        (str(int(NOW.timestamp()) + 90), 90),  # X, GitHub: an epoch
        (str(int(NOW.timestamp() * 1000) + 5_000), 5),
        ("2026-11-24T10:05:00.070144Z", 300.070144),  # Mastodon
        ("2026-11-24T11:05:00+01:00", 300),
        ("Tue, 24 Nov 2026 10:02:00 GMT", 120),
        ("Tue, 24 Nov 2026 09:00:00 GMT", 0),  # gone by
        ("1764000000", 0),
        ("99999999", 86_400),  # nobody means three years
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
    ],
)
def test_every_dialect_says_a_moment(value: str, seconds: float) -> None:
    at = ratelimits.moment(value, NOW)
    assert at is not None
    assert at - NOW == pytest.approx(timedelta(seconds=seconds), abs=timedelta(milliseconds=1))


@pytest.mark.parametrize(
    "value", ["", "soon", "-5", "nan", "1e9", "٣", "1,5", "0001-01-01T00:00:00+14:00"]
)
def test_what_cannot_be_read_says_nothing(value: str) -> None:
    assert ratelimits.moment(value, NOW) is None


@given(st.text() | st.floats().map(str) | st.datetimes().map(str) | st.integers().map(str))
def test_a_moment_is_never_past_nor_more_than_a_day_away(value: str) -> None:
    at = ratelimits.moment(value, NOW)
    assert at is None or NOW <= at <= NOW + ratelimits.LONGEST_WAIT


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-24T10:03:00Z"}, 3),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1795514640"}, 4),
        ({"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "60"}, 1),
        ({"ratelimit-remaining": "0"}, 5),
    ],
)
def test_the_last_request_allowed_says_when_to_come_back(
    headers: dict[str, str], minutes: int
) -> None:
    assert ratelimits.spent(headers, NOW) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize("remaining", ["1", "299", "231.0", "", "many", "-1"])
def test_more_requests_allowed_means_no_wait(remaining: str) -> None:
    assert ratelimits.spent({"x-ratelimit-remaining": remaining}, NOW) is None
    assert ratelimits.spent({}, NOW) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-limit": "300", "x-ratelimit-remaining": "3"}, 60),
        ({"x-ratelimit-limit": "300", "x-ratelimit-remaining": "29"}, 8),
        ({"x-rate-limit-limit": "450", "x-rate-limit-remaining": "0"}, 240),
        ({"ratelimit-remaining": "3"}, 60),
    ],
)
def test_when_little_is_left_it_is_made_to_last(headers: dict[str, str], seconds: int) -> None:
    told = {**headers, "x-ratelimit-reset": "240"}
    assert ratelimits.paced(told, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "30", "x-ratelimit-reset": "240"},
        {"x-ratelimit-remaining": "5", "x-ratelimit-reset": "240"},
        {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "3"},
        {"x-ratelimit-reset": "240"},
    ],
)
def test_while_there_is_plenty_nobody_waits(headers: dict[str, str]) -> None:
    assert ratelimits.paced(headers, NOW) is None
