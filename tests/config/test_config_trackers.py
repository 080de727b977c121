"""Where changes of insights are sent."""

from __future__ import annotations

import pytest

from bot.config import Config, loads
from bot.errors import ConfigError
from tests.services.conftest import CONFIG

SECRET = "0123456789abcdef"


def config(webhook: str, secret: str = "") -> Config:
    environment = {"VIGIE_INSIGHTS_SECRET": secret} if secret else {}
    written = f'{CONFIG}\n[insights]\nwebhook = "{webhook}"\n'
    return loads(written, environment=environment)


def test_an_address_and_its_secret_are_read_and_the_secret_is_not_shown() -> None:
    told = config("https://tracker.example/hook", f"{SECRET}\n")

    assert told.tracker
    assert told.tracker.secret
    assert (told.tracker.url, told.tracker.secret.value) == ("https://tracker.example/hook", SECRET)
    assert SECRET not in repr(told)


def test_without_a_secret_nothing_is_sent() -> None:
    told = config("https://tracker.example/hook")

    assert told.tracker
    assert told.tracker.secret is None
    assert loads(CONFIG).tracker is None


@pytest.mark.parametrize(
    ("webhook", "secret", "place"),
    [
        ("ftp://tracker.example", SECRET, "insights.webhook"),
        ("https://tracker.example", "short", "VIGIE_INSIGHTS_SECRET"),
    ],
)
def test_what_cannot_be_used_is_told(webhook: str, secret: str, place: str) -> None:
    with pytest.raises(ConfigError) as refused:
        config(webhook, secret)
    assert [fault.place for fault in refused.value.faults] == [place]
