"""`vigie` whose memory can be looked through, for `load.py --trace`: at SIGUSR1 it notes what it
holds, and on the next one it writes how that has changed to the file that LOAD_TRACE names.

What grows with the work are tables, lists and queues, so these are told by who holds them; memory
that tracemalloc tells by lines of code costs more time than a full load leaves.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

LARGE = 1_000
"""Things from which on a container is told of by itself."""

KINDS = 25
"""Kinds of objects that are told of, those that have grown most."""

_CONTAINERS = (dict, list, set, deque)


class Held(NamedTuple):
    """What is held: how full each large container is, objects by kind (those that Python's
    collector knows: no text, no numbers), and pieces of memory in use."""

    containers: Counter[str]
    kinds: Counter[str]
    pieces: int


def held() -> Held:
    """What the process holds now; takes some seconds, in which nothing else runs."""
    pieces = sys.getallocatedblocks()
    gc.collect()
    was_frozen = gc.get_freeze_count() > 0
    gc.unfreeze()
    every = gc.get_objects()
    kinds = Counter(map(_kind, every))
    containers = Counter[str]()
    for name, length in _large(every):
        containers[name] += length
    if was_frozen:
        gc.freeze()
    return Held(containers, kinds, pieces)


def _large(every: list[object]) -> Iterator[tuple[str, int]]:
    """Each large container by who holds it, and how much is in it; also of those that the collector
    passes over, as they hold text and numbers alone."""
    known = set[int]()
    for holder in every:
        for one in gc.get_referents(holder):
            if isinstance(one, _CONTAINERS) and len(one) > LARGE and id(one) not in known:
                known.add(id(one))
                yield f"{_kind(one)} in {_place(one, holder)}", len(one)


def _place(container: object, holder: object) -> str:
    """Who holds a container, and under what name where that is known."""
    if isinstance(holder, dict):
        names = (str(name) for name, value in holder.items() if value is container)
        return f"{holder.get('__name__', 'a dict')}.{next(names, '')}"
    named = (name for name in _attributes(holder) if getattr(holder, name, None) is container)
    return f"{_kind(holder)}.{next(named, '')}"


def _attributes(holder: object) -> Iterator[str]:
    """What an object was given as it was made. To ask for its `__dict__` would make one, and from
    then on its tables would be held by that."""
    made = getattr(type(holder).__init__, "__code__", None)
    for name in made.co_names if made else ():
        if not isinstance(getattr(type(holder), name, None), property):
            yield name


def _kind(one: object) -> str:
    return type(one).__qualname__


def report(before: Held, after: Held) -> str:
    """What became more, in lines."""
    lines = [f"pieces of memory in use: {before.pieces:,}, then {after.pieces:,}", ""]
    lines += ["how full each large container is:"]
    every = sorted((before.containers | after.containers).items(), key=lambda one: -one[1])
    lines += [
        f"{before.containers[name]:>12,} {after.containers[name]:>12,}  {name}" for name, _ in every
    ]
    lines += ["", "objects by kind, those that became more:"]
    lines += [
        f"{more:>+12,} {after.kinds[name]:>12,}  {name}"
        for name, more in (after.kinds - before.kinds).most_common(KINDS)
    ]
    return "\n".join(lines) + "\n"


_looks: list[Held] = []


def note(number: int, frame: FrameType | None) -> None:
    """Note, or tell."""
    _looks.append(held())
    if len(_looks) > 1:
        told = report(_looks[0], _looks[-1])
        Path(os.environ["LOAD_TRACE"]).write_text(told, encoding="utf-8")


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, note)
    from bot.cli import main

    main()
