"""What Slack gave the app, out of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping

from bot.errors import ConfigError, Fault

_PLAIN = re.compile(r"[!-~]+")
"""What can stand in an HTTP header as it is: ASCII without spaces and control characters."""

BOT_TOKEN = "SLACK_BOT_TOKEN"  # noqa: S105 (a variable's name, as those below)
APP_TOKEN = "SLACK_APP_TOKEN"  # noqa: S105
SIGNING_SECRET = "SLACK_SIGNING_SECRET"  # noqa: S105

SOCKET, HTTP = (BOT_TOKEN, APP_TOKEN), (BOT_TOKEN, SIGNING_SECRET)
"""What each way of being reached by Slack needs."""

_TOKENS = {
    BOT_TOKEN: ("xoxb-", "“OAuth & Permissions”"),
    APP_TOKEN: ("xapp-", "“Basic Information”, “App-Level Tokens”"),
    SIGNING_SECRET: ("", "“Basic Information”, “App Credentials”"),
}
"""How each begins, and on which of Slack's pages it stands."""


OPINION_KEY = "VIGIE_OPINION_KEY"
"""Names the key of the language model that is asked for a second opinion."""


class Secrets:
    """What Slack gave the app: its token, and that for Socket Mode or the secret with which Slack
    signs its requests; and the key of a language model's server. `""` stands for what is not
    needed. They show in no log and no `repr`."""

    def __init__(
        self, bot_token: str, app_token: str = "", opinion_key: str = "", signing_secret: str = ""
    ) -> None:
        self.bot_token = bot_token
        self.app_token = app_token
        self.opinion_key = opinion_key
        self.signing_secret = signing_secret

    def __repr__(self) -> str:
        return "Secrets(…)"


def needed(environment: Mapping[str, str] = os.environ) -> Collection[str]:
    """What Vigie needs by what is in the environment: what HTTP does where a signing secret is and
    no token for Socket Mode, else what Socket Mode does."""
    given = {name for name in _TOKENS if environment.get(name, "").strip()}
    return HTTP if SIGNING_SECRET in given and APP_TOKEN not in given else SOCKET


def secrets(
    environment: Mapping[str, str] = os.environ, needed: Collection[str] = SOCKET
) -> Secrets:
    """The tokens in the environment that are `needed` (`SOCKET` or `HTTP`), without the white space
    that was copied along.

    Raises ConfigError for each that is missing or mistaken; its words never show a token.
    """
    tokens = {name: environment.get(name, "").strip() for name in needed}
    faults = tuple(fault for name in needed if (fault := _token_fault(name, tokens[name])))
    if faults:
        raise ConfigError(faults)
    key = environment.get(OPINION_KEY, "").strip()
    return Secrets(
        tokens[BOT_TOKEN], tokens.get(APP_TOKEN, ""), key, tokens.get(SIGNING_SECRET, "")
    )


def _token_fault(name: str, value: str) -> Fault | None:
    prefix, where = _TOKENS[name]
    what = f"{prefix}… token" if prefix else "signing secret"
    if not value:
        return Fault(name, f"is not in the environment; it is the {what} on {where}")
    if not value.startswith(prefix):
        return Fault(name, f"does not start with {prefix}; the right one is on {where}")
    if not _PLAIN.fullmatch(value):
        stray = "a space, a line's end or a letter that no token has"
        return Fault(name, f"has {stray} in it; copy it again from {where}")
    return None
