"""However many polls are due at once, what people ask has its turn between two of them."""

from __future__ import annotations

import asyncio

from bot.jobs.turnstile import Turnstile


async def test_polls_begin_in_the_order_in_which_they_came_and_never_two_in_a_round() -> None:
    turnstile, begun, in_a_round = Turnstile(), list[int](), list[int]()

    async def poll(number: int) -> None:
        await turnstile.passed()
        begun.append(number)

    polls = [asyncio.create_task(poll(number)) for number in range(5)]
    while len(begun) < len(polls):
        before = len(begun)
        await asyncio.sleep(0)
        in_a_round.append(len(begun) - before)
    assert begun == [0, 1, 2, 3, 4]
    assert max(in_a_round) == 1


async def test_who_came_first_goes_first_whoever_waits_before_it() -> None:
    turnstile, begun = Turnstile(), list[str]()
    early, late = turnstile.number(), turnstile.number()

    async def passes(name: str, number: int) -> None:
        await turnstile.passed(number)
        begun.append(name)

    await asyncio.gather(turnstile.passed(), passes("late", late), passes("early", early))
    assert begun == ["early", "late"]


async def test_one_that_is_given_up_as_it_is_let_in_holds_up_no_other() -> None:
    turnstile = Turnstile()
    first, given_up, last = (asyncio.create_task(turnstile.passed()) for _ in range(3))
    for _ in range(2):  # in the first they come up, in the second one of them is let in
        await asyncio.sleep(0)
    given_up.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(first, last)
    assert given_up.cancelled()


async def test_a_poll_that_is_given_up_while_it_waits_holds_up_no_other() -> None:
    turnstile = Turnstile()
    first, given_up, last = (asyncio.create_task(turnstile.passed()) for _ in range(3))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(first, last)
    assert given_up.cancelled()


async def test_one_that_comes_again_and_again_by_itself_waits_two_rounds_each_time() -> None:
    turnstile, rounds = Turnstile(), 0

    async def comes_again() -> None:
        for _ in range(10):
            await turnstile.passed()

    coming = asyncio.create_task(comes_again())
    while not coming.done():
        await asyncio.sleep(0)
        rounds += 1
    assert rounds >= 20
