"""The playbooks: those that come with Vigie, and the team's own in their places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import msgspec

from bot.config.playbookfile import read_playbook
from bot.config_reader import Faults
from bot.domain.playbooks import Playbook
from bot.domain.severity import Severity
from bot.errors import ConfigError, Fault

SHIPPED = ("en", "fr")
MOST_FILES = 200


class PlaybooksConfig(msgspec.Struct, frozen=True, kw_only=True):
    """`folder` holds the team's own (`""`: none). From the severity `at` on an alert's steps are
    put into its thread without anybody's asking; "never" waits for somebody."""

    folder: str = ""
    at: Severity | Literal["never"] = "critical"


def all_playbooks(written: PlaybooksConfig, folder: Path, faults: Faults) -> tuple[Playbook, ...]:
    """The team's own, and those that come with Vigie under names that the team's do not have; to
    be used only without faults. A relative folder starts at `folder`."""
    own = _own(folder / written.folder, faults) if written.folder else ()
    taken = {playbook.name for playbook in own}
    return (*own, *(one for one in shipped() if one.name not in taken))


@cache
def shipped() -> tuple[Playbook, ...]:
    """The playbooks that come with Vigie, in every language."""
    found: list[Playbook] = []
    for language in SHIPPED:
        place = files("bot").joinpath("playbooks", language)
        for file in sorted(place.iterdir(), key=lambda one: one.name):
            text = file.read_text(encoding="utf-8")
            playbook, wrong = read_playbook(text, file.name.removesuffix(".md"))
            if playbook is None:
                at = wrong[0]
                raise ConfigError((Fault(f"{file.name}:{at.line}", at.message),))
            found.append(playbook)
    return tuple(found)


def read_files(paths: Iterable[Path], faults: Faults, base: Path | None = None) -> list[Playbook]:
    """The playbooks in some files; what is wrong is told with the file (as from `base`) and its
    line."""
    found: list[Playbook] = []
    for path in paths:
        shown = str(path.relative_to(base)) if base else str(path)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            faults.add(shown, "is not UTF-8; save it again with that encoding")
            continue
        except OSError as error:
            faults.add(shown, f"cannot be read ({error.strerror})")
            continue
        playbook, wrong = read_playbook(text, path.stem)
        for at in wrong:
            faults.add(f"{shown}:{at.line}", at.message)
        if playbook:
            _check_unique(playbook, found, shown, faults)
            found.append(playbook)
    return found


def _own(folder: Path, faults: Faults) -> Sequence[Playbook]:
    if not folder.is_dir():
        faults.add("playbooks.folder", f"“{folder}” is no folder")
        return ()
    paths = sorted(folder.glob("**/*.md"))
    if len(paths) > MOST_FILES:
        faults.add("playbooks.folder", f"holds more than {MOST_FILES} playbooks")
        return ()
    return read_files(paths, faults, folder.parent)


def _check_unique(
    playbook: Playbook, before: Iterable[Playbook], shown: str, faults: Faults
) -> None:
    if any((one.name, one.language) == (playbook.name, playbook.language) for one in before):
        words = f"another file is “{playbook.name}” in this language already"
        faults.add(f"{shown}:1", words)
