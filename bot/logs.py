"""Logs: for people on a terminal, JSON elsewhere; never a token, never a post's text."""

from __future__ import annotations

import logging
import re
import sys
import threading
from types import TracebackType

import structlog

log = structlog.get_logger(__name__)

_ALL = "all that is told"
"""Names the log in which also stands what nobody caught."""

_EXPECTED = ("`token` will be unused", "maximum number of running instances reached")

# What may stand in a secret, and a sign as it is written, or percent-encoded once or more often;
# JSON may write a slash with backslashes before it.
_PART = r"[\w.~%+=@:!$*-]"
_SLASH = r"(?:(?:\\|%(?:25)*5[Cc])*(?:/|%(?:25)*2[Ff]))"
_COLON = r"(?::|%(?:25)*3[Aa])"
_EQUALS = r"(?:=|%(?:25)*3[Dd])"
_SECRETS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(x(?:ox[a-z]|app|wfp)-)[\w.~%+/=-]+",  # tokens
        rf"(ticket{_EQUALS})[^&\s'\"\\<>\x1b]+",  # a websocket's address
        rf"(hooks\.slack(?:-gov)?\.com)(?:{_SLASH}{_PART}*)+",  # webhooks, response_urls
        rf"(response_url(?:{_EQUALS}|{_COLON}|[\\'\"\s]){{1,40}}https?)"
        rf"{_COLON}(?:{_SLASH}|[?&#]|{_PART})+",
    )
)


_COMMAND = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters (of which ESC, BEL and C1's CSI begin commands) and bidirectional ones."""


def start_logging(*, verbose: bool = False) -> None:
    """Send our own and the libraries' logs to standard error, tokens struck out."""
    terminal = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if terminal else "iso", utc=not terminal),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    drawn: list[structlog.typing.Processor] = (
        [inert, structlog.dev.ConsoleRenderer()]
        if terminal
        else [structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(is_news)
    handler.setFormatter(
        _Struck(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *drawn],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for ours in ("bot", "handlers"):
        logging.getLogger(ours).setLevel(logging.DEBUG if verbose else logging.INFO)


def be_quiet() -> None:
    """For commands that print what they find: nothing is logged beside it but what went wrong."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def is_for_machines() -> bool:
    """Whether all that is told, the end itself too, goes into a log that a program reads."""
    heard = any(handler.get_name() == _ALL for handler in logging.getLogger().handlers)
    return heard and not sys.stderr.isatty()


def hear_all() -> None:
    """Have warnings, and errors that nobody caught, stand in the log as well where a program reads
    it; elsewhere Python tells them as ever."""
    logging.captureWarnings(True)
    for handler in logging.getLogger().handlers:
        handler.set_name(_ALL)
    otherwise, in_threads, in_passing = sys.excepthook, threading.excepthook, sys.unraisablehook

    def uncaught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if is_for_machines() and issubclass(kind, Exception):
            log.critical("Vigie fell over", exc_info=(kind, error, trace))
        else:
            otherwise(kind, error, trace)

    def uncaught_in_a_thread(told: threading.ExceptHookArgs) -> None:
        if is_for_machines() and told.exc_value is not None:
            name = told.thread.name if told.thread else ""
            log.error("a thread fell over", thread=name, exc_info=told.exc_value)
        else:
            in_threads(told)

    def uncaught_in_passing(told: sys.UnraisableHookArgs) -> None:
        if is_for_machines() and told.exc_value is not None:
            log.error("an error could not be raised", exc_info=told.exc_value)
        else:
            in_passing(told)

    threading.excepthook, sys.unraisablehook = uncaught_in_a_thread, uncaught_in_passing
    sys.excepthook = uncaught


def is_news(record: logging.LogRecord) -> bool:
    """False for what libraries warn of and we do on purpose: Bolt is given a client as well as the
    environment's token, and a poll that still runs is not started beside itself."""
    words = record.getMessage()
    return not any(expected in words for expected in _EXPECTED)


def inert(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """What is told to a terminal, without what would command it or turn the direction of a line:
    that is shown as its code. No words from elsewhere begin a line, where they could pass for
    another event."""
    return {
        name: _COMMAND.sub(_code, value).replace("\n", "\n    ")
        if isinstance(value, str)
        else value
        for name, value in event.items()
    }


def _code(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


class _Struck(structlog.stdlib.ProcessorFormatter):
    """Lines without secrets, wherever in the event they were: the line is the last to be seen."""

    def format(self, record: logging.LogRecord) -> str:
        return strike(super().format(record))


def strike(text: str) -> str:
    """The text with every secret of Slack's in it struck out: tokens, the tickets of websockets,
    webhooks and response_urls.

    Of each its beginning is kept, which says what it was. JSON stays JSON.
    https://docs.slack.dev/authentication/tokens
    """
    for secret in _SECRETS:
        text = secret.sub(r"\1…", text)
    return text
