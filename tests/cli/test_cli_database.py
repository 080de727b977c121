"""The commands on a PostgreSQL: refused in words where it is not ready, and looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_cli_commands import CONFIG, TOKENS, vigie


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    return file


def test_a_database_that_was_not_migrated_ends_it_in_words(config: Path, postgres_url: str) -> None:
    status, said = vigie("run", "--config", str(config), VIGIE_STORE=postgres_url, **TOKENS)
    assert status == 2
    assert "vigie migrate" in said


def test_the_doctor_advises_to_migrate_a_database(config: Path, postgres_url: str) -> None:
    _, said = vigie("doctor", "--config", str(config), VIGIE_STORE=postgres_url)
    assert "→ vigie migrate" in said


def test_a_database_that_cannot_be_reached_ends_it_in_words(config: Path) -> None:
    nowhere = "postgresql://vigie:hush@127.0.0.1:1/vigie"
    status, said = vigie("run", "--config", str(config), VIGIE_STORE=nowhere, **TOKENS)
    assert status == 1
    assert "cannot be reached" in said
    assert "hush" not in said
