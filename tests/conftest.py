"""What every test shares."""

from __future__ import annotations

import logging

import structlog

# Plain lines through the standard logging, so that caplog sees them, and no drawn tracebacks:
# in tests that kill a process at every point they would take most of the time.
structlog.configure(
    processors=[structlog.stdlib.add_log_level, structlog.stdlib.render_to_log_kwargs],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
logging.getLogger("asyncio").setLevel(logging.ERROR)
