"""What is reckoned apart comes back, and is not waited for when nobody wants it any more."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.services.apart import apart


async def test_what_was_reckoned_comes_back() -> None:
    assert await apart(lambda: 6 * 7, "sums") == 42


async def test_what_went_wrong_is_raised_where_it_is_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        await apart(lambda: 1 // 0, "sums")


async def test_who_stops_waiting_goes_on_at_once() -> None:
    goes_on = threading.Event()
    task = asyncio.create_task(apart(goes_on.wait, "long"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    goes_on.set()


def test_the_end_does_not_wait_for_it_and_its_answer_is_nobodys() -> None:
    goes_on, asked = threading.Event(), threading.Event()

    def long() -> bool:
        asked.set()
        return goes_on.wait()

    async def begin() -> None:
        task = asyncio.create_task(apart(long, "long"))
        await asyncio.to_thread(asked.wait)
        task.cancel()

    asyncio.run(begin())
    [thread] = [one for one in threading.enumerate() if one.name == "long"]
    goes_on.set()
    thread.join(10)
    assert not thread.is_alive()
