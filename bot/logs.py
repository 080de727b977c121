"""Logs: for people on a terminal, JSON elsewhere; never a token, never a post's text."""

from __future__ import annotations

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

_EXPECTED = ("`token` will be unused", "maximum number of running instances reached")

_TOKEN = re.compile(r"(x(?:ox[a-z]|app)-)[A-Za-z0-9-]+")


def start_logging(*, verbose: bool = False) -> None:
    """Send our own and the libraries' logs to standard error, tokens struck out."""
    terminal = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if terminal else "iso", utc=not terminal),
        structlog.processors.format_exc_info,
        strike_tokens,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(is_news)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for ours in ("bot", "handlers"):
        logging.getLogger(ours).setLevel(logging.DEBUG if verbose else logging.INFO)


def is_news(record: logging.LogRecord) -> bool:
    """False for what libraries warn of and we do on purpose: Bolt is given a client as well as the
    environment's token, and a poll that still runs is not started beside itself."""
    words = record.getMessage()
    return not any(expected in words for expected in _EXPECTED)


def strike_tokens(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """The event with every Slack token in it struck out."""
    return {
        name: _TOKEN.sub(r"\1…", value) if isinstance(value, str) else value
        for name, value in event.items()
    }
