"""What the pages tell somebody to type is there to be typed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import typer

from bot.cli import cli
from bot.config.sources import KINDS
from bot.slack.blocks.help import COMMANDS

ROOT = Path(__file__).parents[2]
PAGES = {
    page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8")
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
}
ASKED = re.compile(r"`/vigie ([^\s`]+)")
TYPED = re.compile(r"(?:^ *|`|`/?\.venv/bin/|uv run )vigie ([a-z][a-z-]*)", re.MULTILINE)


def test_every_slash_command_of_the_pages_is_one_that_vigie_knows() -> None:
    known = {word for one in COMMANDS for word in (one.word, *one.french, *one.also)}
    unknown = {
        f"{page}: /vigie {word}"
        for page, text in PAGES.items()
        for word in ASKED.findall(text)
        if word.rstrip("…") and word not in known
    }

    assert not unknown


def test_every_command_of_the_terminal_in_the_pages_is_one_that_vigie_has() -> None:
    known = set(typer.main.get_group(cli).commands)
    unknown = {
        f"{page}: vigie {word}"
        for page, text in PAGES.items()
        for word in TYPED.findall(text)
        if word not in known
    }

    assert not unknown


def test_the_readme_names_every_slash_command() -> None:
    table = "\n".join(line for line in PAGES["README.md"].splitlines() if line.startswith("| `"))
    asked = {one.word for one in COMMANDS} - {"help"}  # which `/vigie` by itself is

    assert not {word for word in asked if not re.search(rf"\b{word}\b", table)}


def test_every_kind_of_source_is_told_of_with_what_is_to_be_written_for_it() -> None:
    told = PAGES["docs/sources.md"] + PAGES["docs/webhook.md"]

    assert not {kind for kind in KINDS if f'kind = "{kind}"' not in told}


def test_what_is_to_be_copied_into_the_configuration_is_toml() -> None:
    examples = [
        example
        for text in PAGES.values()
        for example in re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    ]

    assert examples
    for example in examples:
        tomllib.loads(example)
