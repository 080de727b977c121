"""Where httpx is known. It has had no release for years: whoever takes its place is to be let in
by few doors."""

from __future__ import annotations

import ast
from pathlib import Path

import bot
import handlers

DOORS = {
    "bot/engines/wire.py",
    "bot/sources/asked.py",
    "bot/sources/connecting.py",
    "bot/sources/http.py",
}


def imported(file: Path) -> set[str]:
    """The first names of the modules that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(file.read_bytes())))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


def test_httpx_is_known_to_those_who_ask_with_it_alone() -> None:
    found = set[str]()
    for package in (bot, handlers):
        top = Path(package.__path__[0])
        for file in top.rglob("*.py"):
            if imported(file) & {"httpx", "httpcore"}:
                found.add(file.relative_to(top.parent).as_posix())
    assert found == DOORS
