"""The playbook's phrases as they are written in the file."""

from __future__ import annotations

import pytest

from bot.config import loads
from bot.domain.phrases import Phrase
from bot.errors import ConfigError

GROUND = """
[[sources]]
name = "news"
kind = "hackernews"
[[watches]]
name = "Lumo"
query = "lumo"
channel = "#brand"
"""


def test_phrases_are_read_in_their_order() -> None:
    config = loads(
        GROUND
        + """
        [[phrases]]
        name = "Désolé"
        language = "fr"
        text = "Bonjour {author}, nous sommes désolés. {me}"
        about = ["en panne"]
        """
    )
    assert config.phrases == (
        Phrase(
            name="Désolé",
            language="fr",
            text="Bonjour {author}, nous sommes désolés. {me}",
            about=("en panne",),
        ),
    )


def test_a_gap_that_nobody_could_fill_is_a_fault_that_says_which_ones_there_are() -> None:
    with pytest.raises(ConfigError) as refused:
        loads(
            GROUND
            + """
            [[phrases]]
            name = "Sorry"
            language = "en"
            text = "Hello {autor}, {me}"
            about = ["refund", "…"]
            """
        )
    faults = {fault.place: fault.message for fault in refused.value.faults}
    assert faults.keys() == {"phrases[0].text", "phrases[0].about[1]"}
    assert "{autor}" in faults["phrases[0].text"]
    assert "{author} and {me}" in faults["phrases[0].text"]
