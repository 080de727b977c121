"""Cancelling tasks that may not want to end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import TypeVar

logger = logging.getLogger(__name__)

_CANCELLATIONS = 3

T = TypeVar("T")


async def cancel(tasks: Iterable[asyncio.Task[T]], patience: timedelta) -> None:
    """Cancel each, give it `patience` to clean up, and cancel it again where it swallowed that.

    What swallows all of it is left running, and logged.
    """
    running = set(tasks)
    for _ in range(_CANCELLATIONS):
        if not running:
            return
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=patience.total_seconds())
    for task in running:
        logger.error("job %s will not end, and was left running", task.get_name())
