"""Slack's two tokens, out of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from bot.errors import ConfigError, Fault

_PLAIN = re.compile(r"[!-~]+")
"""What can stand in an HTTP header as it is: ASCII without spaces and control characters."""

_TOKENS = {
    "SLACK_BOT_TOKEN": ("xoxb-", "“OAuth & Permissions”"),
    "SLACK_APP_TOKEN": ("xapp-", "“Basic Information”, “App-Level Tokens”"),
}
"""How each begins, and on which of Slack's pages it stands."""


OPINION_KEY = "VIGIE_OPINION_KEY"
"""Names the key of the language model that is asked for a second opinion."""


class Secrets:
    """The two tokens of Slack, and the key of a language model's server, `""` where it needs none;
    they show in no log and no `repr`."""

    def __init__(self, bot_token: str, app_token: str, opinion_key: str = "") -> None:
        self.bot_token = bot_token
        self.app_token = app_token
        self.opinion_key = opinion_key

    def __repr__(self) -> str:
        return "Secrets(…)"


def secrets(environment: Mapping[str, str] = os.environ) -> Secrets:
    """The tokens in the environment, without the white space that was copied along.

    Raises ConfigError for each that is missing or mistaken; its words never show a token.
    """
    tokens = {name: environment.get(name, "").strip() for name in _TOKENS}
    faults = tuple(fault for name in _TOKENS if (fault := _token_fault(name, tokens[name])))
    if faults:
        raise ConfigError(faults)
    key = environment.get(OPINION_KEY, "").strip()
    return Secrets(tokens["SLACK_BOT_TOKEN"], tokens["SLACK_APP_TOKEN"], key)


def _token_fault(name: str, value: str) -> Fault | None:
    prefix, where = _TOKENS[name]
    if not value:
        return Fault(name, f"is not in the environment; it is the {prefix}… token on {where}")
    if not value.startswith(prefix):
        return Fault(name, f"does not start with {prefix}; the right one is on {where}")
    if not _PLAIN.fullmatch(value):
        stray = "a space, a line's end or a letter that no token has"
        return Fault(name, f"has {stray} in it; copy it again from {where}")
    return None
