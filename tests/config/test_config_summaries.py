"""The language model that may word summaries: off unless it is asked for."""

from __future__ import annotations

import pytest

from bot.config import loads
from bot.errors import ConfigError
from tests.services.conftest import CONFIG

ASKED = """
[summaries]
url = "http://127.0.0.1:11434/v1"
model = "small"
"""


def test_no_model_is_asked_unless_one_is_named() -> None:
    assert loads(CONFIG).summaries is None


def test_one_is_asked_two_hundred_times_a_day_at_most() -> None:
    summaries = loads(CONFIG + ASKED).summaries
    assert summaries is not None
    assert (summaries.kind, summaries.calls) == ("openai", 200)


@pytest.mark.parametrize(
    ("written", "instead", "place", "words"),
    [
        ('"small"', '" "', "summaries.model", "as its server does"),
        ('"http://127.0.0.1:11434/v1"', '"localhost"', "summaries.url", "https://"),
        ("/v1", "/v1/chat/completions", "summaries.url", "Vigie adds itself"),
        ("http://", "http://me:s3cret@", "summaries.url", "VIGIE_SUMMARIES_KEY"),
        ('"small"', '"small"\nkind = "other"', "summaries.kind", "openai"),
        ('"small"', '"small"\ncalls = 0', "summaries.calls", "200 is usual"),
    ],
)
def test_what_could_not_work_is_told_with_its_place(
    written: str, instead: str, place: str, words: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        loads(CONFIG + ASKED.replace(written, instead))
    [fault] = raised.value.faults
    assert fault.place == place
    assert words in fault.message
    assert "s3cret" not in fault.message


def test_the_key_comes_from_the_environment_and_shows_nowhere() -> None:
    config = loads(CONFIG + ASKED, environment={"VIGIE_SUMMARIES_KEY": " s3cret\n"})
    assert config.summaries_key.value == "s3cret"
    assert "s3cret" not in repr(config)


def test_a_key_that_cannot_be_one_is_told_without_showing_it() -> None:
    with pytest.raises(ConfigError) as raised:
        loads(CONFIG + ASKED, environment={"VIGIE_SUMMARIES_KEY": "s3crét"})
    assert "VIGIE_SUMMARIES_KEY" in str(raised.value)
    assert "s3cr" not in str(raised.value)
