"""`vigie playbook check`: before Vigie reads them."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from bot.cli import cli

GOOD = """+++
title = "Late parcels"
language = "en"
kinds = ["spike"]
+++

- [ ] Ask the carrier.
"""


def test_what_can_be_read_is_told_and_what_is_wrong_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(GOOD, encoding="utf-8")
    assert CliRunner().invoke(cli, ["playbook", "check", str(tmp_path)]).exit_code == 0

    bad = tmp_path / "bad.md"
    bad.write_text(GOOD.replace("[ ]", "(soon)").replace("spike", "spyke"), encoding="utf-8")
    checked = CliRunner().invoke(cli, ["playbook", "check", str(tmp_path)])

    assert checked.exit_code == 1
    assert "✓ good (en): Late parcels (steps: 1, phrases: 0)" in checked.output
    assert f"{bad}:4: kinds[0] is one of" in checked.output
    assert "has no step" in checked.output
