"""Looking at playbooks before Vigie does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.given import FAILED, give_up, listed
from bot.config.playbooks import read_files
from bot.config_reader import Faults
from bot.errors import ConfigError


def check(
    files: Annotated[list[Path], typer.Argument(help="Playbooks; of a folder, all that it holds.")],
) -> None:
    """Tell whether playbooks can be read: what is wrong, with file and line."""
    paths = [path for one in files for path in _below(one)]
    faults = Faults()
    found = read_files(paths, faults)
    for playbook in found:
        typer.echo(
            f"✓ {playbook.name} ({playbook.language}): {playbook.title} "
            f"(steps: {len(playbook.steps)}, phrases: {len(playbook.phrases)})"
        )
    if faults:
        give_up(listed(ConfigError(tuple(faults))), FAILED)
    if not paths:
        give_up("There is no playbook.", FAILED)


def _below(path: Path) -> list[Path]:
    return sorted(path.glob("**/*.md")) if path.is_dir() else [path]
