"""What the doctor says of what is sent to Vigie, and of what Vigie sends on."""

from __future__ import annotations

from bot.config import loads
from bot.health import examine_hooks
from tests.services.conftest import CONFIG

SECRET = "0123456789abcdef"
TRACKED = f'{CONFIG}\n[insights]\nwebhook = "https://tracker.example/hook"\n'


def test_what_is_set_is_told() -> None:
    environment = {"VIGIE_CONVERSIONS_SECRET": SECRET, "VIGIE_INSIGHTS_SECRET": SECRET}
    found = list(examine_hooks(loads(TRACKED, environment=environment)))

    assert [one.subject for one in found] == ["conversions", "insights.webhook"]
    assert all(one.well for one in found)
    assert SECRET not in str(found)


def test_a_tracker_without_a_secret_is_advised_to_have_one() -> None:
    [found] = examine_hooks(loads(TRACKED))

    assert found.advice == "export VIGIE_INSIGHTS_SECRET=$(openssl rand -hex 32)"


def test_what_is_not_set_is_not_spoken_of() -> None:
    assert list(examine_hooks(loads(CONFIG))) == []
