"""Vigie's command, as it is typed."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from bot.cli import cli


def vigie(*arguments: str, status: int = 0) -> str:
    """What it says, where it ends with this status."""
    ended = CliRunner().invoke(cli, arguments)
    assert ended.exit_code == status, ended.output
    return ended.output


def vigie_over(folder: Path, config: str, store: Path, *arguments: str, status: int = 0) -> str:
    """The same with a configuration, which is put into `folder`, and over a store."""
    path = folder / "config.toml"
    path.write_text(config, encoding="utf-8")
    return vigie(*arguments, "-c", str(path), "--store", str(store), status=status)
