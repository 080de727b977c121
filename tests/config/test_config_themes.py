"""Lists of themes in the configuration."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.config import loads
from bot.errors import ConfigError

BASE = """
[[sources]]
name = "forum"
kind = "feed"
url = "https://forum.example.org/rss"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""


def met(config: str, language: str, *words: str) -> tuple[str, ...]:
    return loads(BASE + config).themes[language].met(list(words))


def faults(config: str) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as refused:
        loads(BASE + config)
    return [(fault.place, fault.message) for fault in refused.value.faults]


def test_without_any_the_lists_are_those_that_come_with_vigie() -> None:
    assert met("", "en", "courier") == ("delivery",)
    assert met("", "fr", "colis") == ("delivery",)


def test_an_own_list_stands_in_the_place_of_the_shipped_one() -> None:
    own = '[themes.en]\ndelivery = ["drone"]\ndimming = ["dimmer", "too bright"]\n'
    assert met(own, "en", "courier") == ()
    assert met(own, "en", "drones", "too", "bright") == ("delivery", "dimming")
    assert met(own, "fr", "colis") == ("delivery",)


def test_an_empty_list_removes_a_theme() -> None:
    assert met("[themes.en]\ndelivery = []\n", "en", "courier") == ()


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('[themes.english]\ndelivery = ["drone"]', "themes.english"),
        ('[themes.en]\ndelivery = "drone"', "themes.en.delivery"),
        ('[themes.en]\ndelivery = ["drone", 3]', "themes.en.delivery[1]"),
        ('[themes.en]\ndelivery = ["…"]', "themes.en.delivery[0]"),
        ('[themes.en]\n"" = ["drone"]', "themes.en."),
        ("[themes]\nen = 3", "themes.en"),
        ("themes = 3", "themes"),
    ],
)
def test_what_is_wrong_in_a_list_is_told_with_its_place(written: str, place: str) -> None:
    if written.startswith("themes ="):
        with pytest.raises(ConfigError, match="themes"):
            loads(written + "\n" + BASE)
        return
    assert place in [found for found, _ in faults(written)]


def test_a_look_at_a_configuration_loads_no_model() -> None:
    code = "import sys, bot.config; print([m for m in ('numpy', 'py3langid') if m in sys.modules])"
    shown = subprocess.run(  # noqa: S603 (our own)
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert shown.stdout.strip() == "[]"
