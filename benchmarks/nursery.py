"""Vigies that are born at once: `python -m benchmarks.nursery`, told on its standard input.

To load Vigie's code takes a process longer than to open its store and call at Slack. The nursery
has loaded it, and forks a process for each line `{"arguments": […], "environment": {…}}`: it says
its number, has it run `vigie` with these arguments, and says how it ended. One lives at a time.
"""

from __future__ import annotations

import gc
import os
import sys

import msgspec

import bot.app  # noqa: F401  loaded for those that are born
from bot.cli import cli


class Order(msgspec.Struct, frozen=True):
    """What a new process is to do."""

    arguments: tuple[str, ...]
    environment: dict[str, str]


def main() -> None:
    gc.freeze()
    for line in sys.stdin:
        order = msgspec.json.decode(line, type=Order)
        born = os.fork()
        if not born:
            _live(order)
        print(born, flush=True)
        _, end = os.waitpid(born, 0)
        print(end, flush=True)


def _live(order: Order) -> None:
    os.environ.update(order.environment)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    try:
        cli(list(order.arguments))
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
