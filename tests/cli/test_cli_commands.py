"""What the commands say, and the status that they end with: real processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = """
store = "data"
[slack]
api_url = "http://127.0.0.1:1/api/"
[network]
allow_private_addresses = true
[[sources]]
name = "forum"
kind = "feed"
url = "http://127.0.0.1:1/feed"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#care"
"""
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-test", "SLACK_APP_TOKEN": "xapp-test"}


def vigie(*arguments: str, **environment: str) -> tuple[int, str]:
    """The exit status, and all that was said."""
    inherited = {name: value for name, value in os.environ.items() if name not in TOKENS}
    ended = subprocess.run(  # noqa: S603  (this very program)
        [sys.executable, "-m", "bot", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=inherited | {"PYTHONIOENCODING": "utf-8"} | environment,
        timeout=50,
        check=False,
    )
    said = ended.stdout.decode("utf-8", "replace")
    assert "Traceback" not in said, said
    return ended.returncode, said


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    return file


def test_a_configuration_that_cannot_be_read_ends_it_in_words(config: Path) -> None:
    config.write_bytes(b"name = '\xe9'")
    status, said = vigie("run", "--config", str(config), **TOKENS)
    assert status == 2
    assert "is not UTF-8" in said


def test_a_token_that_fits_no_header_ends_it_in_words(config: Path) -> None:
    broken = TOKENS | {"SLACK_BOT_TOKEN": "xoxb-se\rcret"}
    status, said = vigie("run", "--config", str(config), **broken)
    assert status == 2
    assert "SLACK_BOT_TOKEN: has a space" in said
    assert "cret" not in said


def test_a_data_folder_that_cannot_be_made_ends_it_in_words(config: Path) -> None:
    (config.parent / "data").write_text("a file")
    status, said = vigie("run", "--config", str(config), **TOKENS)
    assert status == 1
    assert "the data folder cannot be used" in said
    assert "doctor" not in said


def test_the_doctor_speaks_through_a_pipe_that_has_no_tick(config: Path) -> None:
    status, said = vigie("doctor", "--config", str(config), PYTHONIOENCODING="cp1252")
    assert status == 1
    assert "? configuration: can be read" in said


def test_the_doctor_looks_at_the_data_folder(config: Path) -> None:
    _, said = vigie("doctor", "--config", str(config))
    assert f"store {config.parent / 'data'}: will be made" in said
    assert not (config.parent / "data").exists()


def test_it_tells_its_version() -> None:
    status, said = vigie("--version")
    assert status == 0
    assert re.fullmatch(r"vigie \d+\.\d+\.\d+\S*", said.strip())


def test_help_lists_every_command() -> None:
    status, said = vigie("--help", COLUMNS="120")
    assert status == 0
    for command in ("run", "doctor", "demo", "data", "move", "migrate", "learning", "route"):
        assert f" {command} " in said
    assert "--version" in said
