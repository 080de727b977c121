"""The other readers of posts, in the configuration: off unless they are asked for."""

from __future__ import annotations

import pytest

from bot.config import loads, secrets
from bot.config.engines import EnginesConfig
from bot.errors import ConfigError
from tests.services.conftest import CONFIG

ASKED = """
[engines.transformers]
model = "some/model"
languages = ["fr"]
[engines.opinion]
url = "http://127.0.0.1:11434/v1"
model = "small"
share = 0.1
"""


def test_none_reads_unless_it_is_asked_for() -> None:
    assert loads(CONFIG).engines == EnginesConfig()


def test_both_can_be_asked_for() -> None:
    engines = loads(CONFIG + ASKED).engines
    assert engines.transformers is not None
    assert engines.transformers.languages == ("fr",)
    assert engines.opinion is not None
    assert engines.opinion.share == 0.1


@pytest.mark.parametrize(
    ("written", "instead", "place", "words"),
    [
        ('"some/model"', '" "', "engines.transformers.model", "name a model"),
        ('["fr"]', '["fr", "nl"]', "engines.transformers.languages[1]", "expected language"),
        ('"http://127.0.0.1:11434/v1"', '"localhost"', "engines.opinion.url", "https://"),
        ('"small"', '""', "engines.opinion.model", "as its server does"),
        ("share = 0.1", "share = 15", "engines.opinion.share", "between 0.01 and 0.5"),
    ],
)
def test_what_could_not_work_is_told_with_its_place(
    written: str, instead: str, place: str, words: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        loads(CONFIG + ASKED.replace(written, instead))
    [fault] = raised.value.faults
    assert fault.place.replace("(2)", "[1]").startswith(place.split("[")[0])
    assert words in fault.message


def test_the_model_s_key_comes_from_the_environment_and_shows_nowhere() -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    assert secrets(tokens).opinion_key == ""
    found = secrets({**tokens, "VIGIE_OPINION_KEY": " s3cret\n"})
    assert found.opinion_key == "s3cret"
    assert "s3cret" not in repr(found)
