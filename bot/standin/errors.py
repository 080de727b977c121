"""The two ways of saying no: to a client of the Web API, and to a person at the page."""

from __future__ import annotations

from bot.standin.wire import Json


class ApiError(Exception):
    """The Web API's `{"ok": false, "error": code}`; `extra` is merged into the answer.

    Codes: https://docs.slack.dev/reference/methods (each method's page lists its own).
    """

    def __init__(self, code: str, **extra: object) -> None:
        self.code = code
        self.extra: Json = extra
        super().__init__(code)


def bad_arguments(*messages: str, code: str = "invalid_arguments") -> ApiError:
    """A refusal that says, as Slack does, what is wrong with the arguments."""
    written = [f"[ERROR] {message}" for message in messages]
    return ApiError(code, response_metadata={"messages": written})


class Refusal(Exception):
    """What a person is told when the workspace cannot do what they asked."""


class Unanswered(Refusal):
    """The app did not acknowledge in time, or is not connected.

    The words want the app's name before them; `reason` is Slack's for a retry of an event.
    """

    def __init__(self, words: str, reason: str = "timeout") -> None:
        self.reason = reason
        super().__init__(words)
