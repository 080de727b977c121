"""How late the event loop is."""

from __future__ import annotations

import asyncio
import time


async def latest(over: asyncio.Event, breath: float) -> float:
    """The longest that the loop was late until `over`, in milliseconds, looked at every `breath`
    seconds."""
    longest = 0.0
    while not over.is_set():
        begun = time.perf_counter()
        await asyncio.sleep(breath)
        longest = max(longest, time.perf_counter() - begun - breath)
    return longest * 1_000
