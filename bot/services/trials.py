"""A trial in a process of its own.

What it reckons with holds Python's lock for up to half a second at a time (LAPACK does, as numpy
calls it), for which every click would wait, were it a thread.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import traceback
from datetime import datetime
from pathlib import Path

import msgspec

from bot.domain.analysis.learner import learn
from bot.domain.analysis.learnt import Learnt
from bot.domain.labels import Label
from bot.errors import TrialFailed

_PATIENT = 10
"""How far it stands back for others, where the system knows of that."""

_ONE_CORE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""What numpy reckons with takes all cores otherwise, and nobody has one for a click."""

_SIZE = 8
"""Bytes before a task that tell how long it is."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What is learnt from; see `bot.domain.analysis.learner.learn`."""

    labels: tuple[Label, ...]
    stream: tuple[str, ...]
    language: str
    words: dict[str, float]
    now: datetime
    version: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: what was learnt, or else the fault, as Python tells of it."""

    learnt: Learnt | None = None
    fault: str = ""


def tried(task: Task) -> Learnt:
    """What the labels teach, reckoned in another process; seconds to a minute, to be waited for in
    a thread. Raises TrialFailed, and OSError where no process can be begun.

    That process ends with this one, however this one ends.
    """
    written = msgspec.msgpack.encode(task)
    with subprocess.Popen(
        [sys.executable, "-m", "bot.services.trials"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **_ONE_CORE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        if process.stdin is None or process.stdout is None:  # never, as pipes were asked for
            raise TrialFailed("it has no pipes")
        try:
            process.stdin.write(len(written).to_bytes(_SIZE) + written)
            process.stdin.flush()
            told = process.stdout.read()
        except BrokenPipeError:
            told = b""
    if not told:
        raise TrialFailed(f"it ended with {process.returncode}")
    outcome = msgspec.msgpack.decode(told, type=Outcome)
    if outcome.learnt is None:
        raise TrialFailed(outcome.fault)
    return outcome.learnt


def main() -> None:
    """The other process: a task in, what came of it out."""
    if hasattr(os, "nice"):
        os.nice(_PATIENT)
    told = sys.stdin.buffer
    size = int.from_bytes(told.read(_SIZE))
    task = msgspec.msgpack.decode(told.read(size), type=Task)
    threading.Thread(target=_end_with_the_other, daemon=True).start()
    sys.stdout.buffer.write(msgspec.msgpack.encode(_outcome(task)))
    sys.stdout.buffer.flush()


def _outcome(task: Task) -> Outcome:
    try:
        learnt = learn(task.labels, task.stream, task.language, task.words, task.now, task.version)
    except Exception:  # noqa: BLE001 (it is told where it is waited for)
        return Outcome(fault=traceback.format_exc())
    return Outcome(learnt=learnt)


def _end_with_the_other() -> None:
    """End when whoever wanted to know is gone: then its end of the pipe is closed."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main()
