"""Tokens: read as people paste them, refused in words, shown nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import secrets
from bot.config.tokens import HTTP, SOCKET, needed
from bot.errors import ConfigError

GOOD = {"SLACK_BOT_TOKEN": "xoxb-good", "SLACK_APP_TOKEN": "xapp-good"}


@pytest.mark.parametrize("around", ["\r", "\r\n", " ", "\t", "\u00a0"])
def test_white_space_that_was_copied_along_is_taken_off(around: str) -> None:
    tokens = secrets({name: f"{around}{token}{around}" for name, token in GOOD.items()})
    assert (tokens.bot_token, tokens.app_token) == ("xoxb-good", "xapp-good")


@pytest.mark.parametrize(
    "stray", [" ", "\r", "\r\n", "\u00a0", "é", "\u200b", "\ufeff", "\udcff", "\0"]
)
def test_what_no_token_has_is_refused_without_showing_the_token(stray: str) -> None:
    for token in (f"xoxb-se{stray}cret", f"xoxb-secret{stray}X"):
        with pytest.raises(ConfigError) as refused:
            secrets(GOOD | {"SLACK_BOT_TOKEN": token})
        assert [fault.place for fault in refused.value.faults] == ["SLACK_BOT_TOKEN"]
        assert "copy it again from “OAuth & Permissions”" in str(refused.value)
        assert "cret" not in str(refused.value)


@given(st.text())
def test_a_token_that_is_taken_can_stand_in_a_header(text: str) -> None:
    try:
        token = secrets(GOOD | {"SLACK_BOT_TOKEN": f"xoxb-{text}"}).bot_token
    except ConfigError:
        return
    assert token.isascii()
    assert token.isprintable()
    assert " " not in token


def test_over_http_the_signing_secret_is_needed_and_no_token_for_socket_mode() -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": " 8f742231 "}
    assert needed(given) == HTTP
    assert needed(GOOD) == SOCKET
    assert needed(GOOD | given) == SOCKET
    assert secrets(given, HTTP).signing_secret == "8f742231"
    with pytest.raises(ConfigError, match="SLACK_SIGNING_SECRET: is not in the env") as told:
        secrets({"SLACK_BOT_TOKEN": "xoxb-1"}, HTTP)
    assert "signing secret on “Basic Information”" in str(told.value)
