"""Why a source could not be read, in the language of whoever reads it."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import msgspec
import pytest

from bot.domain.faults import Fault, fault
from bot.domain.pairs import Pair
from bot.errors import SourceGarbled, SourceRateLimited, SourceUnavailable
from bot.i18n import Voice
from bot.phrases import phrase
from bot.slack.faults import why
from bot.slack.notes import source_silent
from bot.sources.items import decoded
from tests.builders import NOW

ENGLISH, FRENCH = Voice("en", UTC), Voice("fr", ZoneInfo("Europe/Paris"))


def test_a_fault_is_told_in_the_readers_language() -> None:
    error = SourceUnavailable("{host} cannot be reached.", host="lumen.social")
    assert str(error) == "lumen.social cannot be reached."
    assert why(fault(error), ENGLISH) == "lumen.social cannot be reached."
    assert why(fault(error), FRENCH) == "lumen.social est injoignable."


def test_what_an_answer_should_have_been_is_translated_as_well() -> None:
    with pytest.raises(SourceGarbled) as caught:
        decoded(b"{", list[int], phrase("a list of statuses"))
    assert str(caught.value) == "The answer is not a list of statuses."
    assert why(fault(caught.value), FRENCH) == "La réponse n’est pas une liste de messages."


def test_what_a_host_calls_itself_is_harmless() -> None:
    error = SourceRateLimited("{host} says that it was asked too often.", NOW, host="<!channel>")
    assert "<!channel>" not in why(fault(error), FRENCH)


def test_what_an_older_vigie_kept_is_told_as_it_was_written() -> None:
    old = b'{"watch":"Lumo","source":"forum","failures":3,"error":"It is down."}'
    pair = msgspec.json.decode(old, type=Pair)
    assert "It is down." in source_silent(pair, FRENCH, NOW)


def test_a_fault_is_kept_and_read_again() -> None:
    kept = Pair(watch="Lumo", source="forum", error=Fault(words="{host}", values={"host": "a"}))
    assert msgspec.json.decode(msgspec.json.encode(kept), type=Pair) == kept
