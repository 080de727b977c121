"""What the container installs is locked, with hashes, and the lock is of what is asked for now."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "docs/deploy/requirements.lock").read_text(encoding="utf-8")
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^ ;\\]+)", re.MULTILINE)

MADE = "make it anew: make lock"


def pinned() -> dict[str, list[str]]:
    """The versions of each package: several where they hang on the Python that it is for."""
    found: dict[str, list[str]] = {}
    for pin in PINNED.finditer(LOCK):
        found.setdefault(canonicalize_name(pin["name"]), []).append(pin["version"])
    return found


def asked_for() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(written) for written in project["dependencies"]]


def test_everything_that_is_asked_for_is_locked_at_a_version_that_will_do() -> None:
    locked = pinned()
    for wanted in asked_for():
        name = canonicalize_name(wanted.name)
        assert name in locked, f"{wanted.name} is not in the lock; {MADE}"
        for version in locked[name]:
            assert version in wanted.specifier, f"{name} {version} is not {wanted}; {MADE}"


def test_what_those_need_is_locked_too_and_each_with_hashes() -> None:
    locked = pinned()
    needed = {"anyio", "h11", "httpcore", "idna", "yarl"}  # of httpx and aiohttp
    assert needed <= set(locked), MADE
    parts = re.split(r"\n(?=[\w.-]+==)", LOCK.strip())
    assert len(parts) == sum(map(len, locked.values()))
    assert all("--hash=sha256:" in part for part in parts)


def test_it_names_no_place_to_install_from() -> None:
    assert "://" not in LOCK
