"""With what Vigie ends: 2 where somebody must do something first, so that systemd leaves it at that
(`RestartPreventExitStatus`), 1 where to begin again may help."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from bot.cli.running import _until_stopped
from bot.errors import (
    ConfigError,
    Fault,
    StoreBehind,
    StoreDamaged,
    StoreLocked,
    StoreReadOnly,
    StoreUnavailable,
    TokenRefused,
    VigieError,
)

UNIT = Path(__file__).parents[2] / "docs" / "deploy" / "vigie.service"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreLocked("data is in use by process 7"), 2),
        (StoreBehind("data was written by a newer Vigie"), 2),
        (StoreDamaged("snapshot.jsonl holds nothing that Vigie wrote"), 2),
        (ConfigError((Fault("watches", "is empty"),)), 2),
        (StoreReadOnly("the data folder cannot be used"), 1),
        (StoreUnavailable("the database cannot be reached"), 1),
        (TokenRefused("invalid_auth"), 1),
    ],
)
def test_it_ends_in_words_with_a_status_that_says_whether_to_begin_again(
    error: VigieError, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fall() -> None:
        raise error

    with pytest.raises(typer.Exit) as ended:
        _until_stopped(fall, Path("config.toml"))
    assert ended.value.exit_code == status
    assert str(error).split(":")[0] in capsys.readouterr().err


def test_systemd_does_not_begin_it_again_for_2() -> None:
    assert "RestartPreventExitStatus=2" in UNIT.read_text(encoding="utf-8")
