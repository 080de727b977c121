"""SIGHUP: the configuration is read again, and taken where it has no faults."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.renewing import keep_running
from bot.config import Config, load, loads
from bot.errors import ConfigError, Fault, StoreLocked

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no SIGHUP on Windows")

CONFIG = """
[[sources]]
name = "forum"
kind = "feed"
url = "https://forum.example.org/feed"
[[watches]]
name = "{watch}"
query = "lumo"
channel = "#care"
"""


class Lookout:
    """Notes by which watches it kept watch, and does something once each turn has begun."""

    def __init__(self, *deeds: Callable[[], None]) -> None:
        self.turns: list[str] = []
        self._deeds = list(deeds)

    async def run(self, settings: Config, stop: asyncio.Event) -> None:
        self.turns.append(settings.watches[0].name)
        if self._deeds:
            self._deeds.pop(0)()
        await stop.wait()


class Said(logging.Handler):
    """What the log was told, and what follows."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.then: Callable[[], None] = lambda: None

    def emit(self, record: logging.LogRecord) -> None:
        said = record.msg["event"] if isinstance(record.msg, dict) else record.getMessage()
        self.words.append(said)
        self.then()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.format(watch="Lumo"), encoding="utf-8")
    return file


def hang_up() -> None:
    os.kill(os.getpid(), signal.SIGHUP)


async def test_it_goes_on_by_what_the_file_says_then(path: Path) -> None:
    over = asyncio.Event()

    def change() -> None:
        path.write_text(CONFIG.format(watch="Halo"), encoding="utf-8")
        hang_up()

    lookout = Lookout(change, over.set)
    await asyncio.wait_for(keep_running(lookout.run, path, load(path), over), 10)
    assert lookout.turns == ["Lumo", "Halo"]


async def test_a_file_with_faults_changes_nothing_and_says_so(
    path: Path,
) -> None:
    over, said = asyncio.Event(), Said()

    def spoil() -> None:
        path.write_text("store = 7", encoding="utf-8")
        hang_up()

    lookout = Lookout(spoil)
    said.then = over.set
    logger = logging.getLogger("bot.cli.renewing")
    logger.addHandler(said)
    try:
        await asyncio.wait_for(keep_running(lookout.run, path, load(path), over), 10)
    finally:
        logger.removeHandler(said)
    assert lookout.turns == ["Lumo"]
    assert said.words == ["the configuration was not taken"]


async def test_what_ends_by_itself_is_not_begun_again(path: Path) -> None:
    turns: list[str] = []

    async def fall_over(settings: Config, stop: asyncio.Event) -> None:
        turns.append(settings.watches[0].name)

    await keep_running(fall_over, path, load(path), asyncio.Event())
    assert turns == ["Lumo"]


@pytest.mark.parametrize(
    "error", [ConfigError((Fault("hooks.listen", "is in use"),)), StoreLocked()]
)
async def test_a_file_by_which_it_cannot_begin_gives_way_to_what_there_was(
    path: Path, error: Exception
) -> None:
    over, turns = asyncio.Event(), list[str]()
    before = loads(CONFIG.format(watch="Halo"))

    async def run(settings: Config, stop: asyncio.Event) -> None:
        turns.append(settings.watches[0].name)
        if len(turns) == 1:
            hang_up()
        elif len(turns) == 2:
            raise error
        else:
            over.set()
        await stop.wait()

    await asyncio.wait_for(keep_running(run, path, before, over), 10)
    assert turns == ["Halo", "Lumo", "Halo"]


async def test_what_cannot_begin_the_first_time_ends_it(path: Path) -> None:
    async def run(settings: Config, stop: asyncio.Event) -> None:
        raise StoreLocked

    with pytest.raises(StoreLocked):
        await keep_running(run, path, load(path), asyncio.Event())


IN_A_TERMINAL = """
import asyncio, fcntl, sys, termios
from pathlib import Path
from bot.cli.renewing import keep_running
from bot.config import load

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
path = Path(sys.argv[1])

async def run(settings, stop):
    print(settings.watches[0].name, file=sys.stderr, flush=True)
    await stop.wait()

asyncio.run(keep_running(run, path, load(path), asyncio.Event()))
"""


def test_it_goes_with_the_terminal_in_which_it_was_started_and_not_by_a_signal_alone(
    path: Path,
) -> None:
    ours, theirs = os.openpty()
    child = subprocess.Popen(  # noqa: S603  (the program above)
        [sys.executable, "-c", IN_A_TERMINAL, str(path)],
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with child:
        os.close(theirs)
        assert child.stderr
        assert child.stderr.readline().strip() == b"Lumo"
        path.write_text(CONFIG.format(watch="Halo"), encoding="utf-8")
        child.send_signal(signal.SIGHUP)
        assert child.stderr.readline().strip() == b"Halo"
        os.close(ours)  # the terminal is closed
        assert child.wait(10) == 0
