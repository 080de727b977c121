"""The demo's port and configuration, whatever the machine is like."""

from __future__ import annotations

import socket
import sys
import tomllib

import pytest

from bot.cli.demo import _ports, play
from bot.cli.demo_config import demo_config
from bot.cli.shipped import shipped


@pytest.mark.parametrize(
    ("port", "asked_for", "tried"),
    [
        (8765, False, list(range(8765, 8775))),
        (8765, True, [8765]),
        (0, False, [0]),
        (65535, False, [65535]),
        (65530, False, list(range(65530, 65536))),
    ],
)
def test_the_ports_that_are_tried_are_ports(port: int, asked_for: bool, tried: list[int]) -> None:
    assert list(_ports(port, asked_for=asked_for)) == tried


async def test_the_last_port_taken_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PORT", raising=False)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(sys.modules[play.__module__], "LAST_PORT", port)
        assert await play(port, seed=1) == 1
    assert f"Port {port} is taken" in capsys.readouterr().err


@pytest.mark.parametrize(
    "folder",
    ["/home/o'neil/data", 'a"b', r"C:\Users\é\new", "/tmp/🔭", "a\x7fb"],  # noqa: S108
)
def test_a_temporary_folder_of_any_name_is_written_as_toml_reads_it(folder: str) -> None:
    written = demo_config(shipped("config.example.toml"), {}, folder)
    assert tomllib.loads(written)["store"] == folder
