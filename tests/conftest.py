"""What every test shares."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import settings

from bot.operating.heap import sparing

pytest_plugins = ["tests.postgres", "tests.loopback"]

# Plain lines through the standard logging, so that caplog sees them, and no drawn tracebacks:
# in tests that kill a process at every point they would take most of the time.
structlog.configure(
    processors=[structlog.stdlib.add_log_level, structlog.stdlib.render_to_log_kwargs],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
logging.getLogger("asyncio").setLevel(logging.ERROR)

_SETTINGS, _CONFIGURE = structlog.get_config(), structlog.configure


def _configure_uncached(**settings: Any) -> None:
    """A command that starts its own logging must not have loggers keep it for the tests after."""
    _CONFIGURE(**{**settings, "cache_logger_on_first_use": False})


structlog.configure = _configure_uncached  # type: ignore[assignment]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Logging is found as it was at first, whatever the test before did to it, but where a fixture
    that outlives its test sets another (`tests/app/test_logs.py`)."""
    if "written" not in getattr(item, "fixturenames", ()):
        _CONFIGURE(**_SETTINGS)


# The machine is shared by many tests at once: how long one example takes says nothing. In CI the
# examples are the same each time, so that what lands does not hang on luck; elsewhere they vary.
settings.register_profile("vigie", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("vigie")


@pytest.fixture(scope="module")
def heap_set_aside() -> Iterator[None]:
    """For those that time the loop: what thousands of tests hold is looked through by the garbage
    collector in half a second, where Vigie at work has what it holds set aside."""
    with sparing():
        yield
