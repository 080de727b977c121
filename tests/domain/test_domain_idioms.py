"""How idioms are written, and where they are found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.analysis.idioms import Idioms, spellings, spelt
from bot.domain.analysis.lexicon import Entry


def found(text: str, *written: str) -> list[str]:
    """The idioms among some words, as they stand there."""
    words = text.lower().split()
    idioms = Idioms(Entry(idiom, -1.0) for idiom in written)
    return [" ".join(words[start:end]) for start, end, _ in idioms.found(spelt(words))]


def test_an_idiom_is_found_wherever_it_stands() -> None:
    assert found("We are on hold and on hold", "on hold") == ["on hold", "on hold"]
    assert found("hold on", "on hold") == []


def test_the_longer_of_two_that_begin_alike_is_meant() -> None:
    assert found("cut off again", "cut off", "cut off again") == ["cut off again"]
    assert found("cut off now", "cut off", "cut off again") == ["cut off"]


def test_none_overlaps_another() -> None:
    assert found("never again and again", "never again", "again and again") == ["never again"]


def test_of_two_spelt_alike_the_later_is_meant() -> None:
    idioms = Idioms([Entry("so long", -1.0), Entry("so long", 2.0)])
    assert [one.entry.valence for one in idioms.found(["so", "long"])] == [2.0]


def test_words_may_be_chosen_among_or_left_out() -> None:
    assert spellings("call/ring (me) back") == [
        *(("call", "back"), ("call", "me", "back"), ("ring", "back"), ("ring", "me", "back")),
    ]


def test_numbers_and_units_stand_for_all_of_them() -> None:
    written = "{n} {time} late"
    for text in ("3 hours late", "2.5 days late", "two weeks late", "45 min late", "10+ hrs late"):
        assert found(text, written) == [text]
    assert found("3hrs late", written) == ["3hrs late"]
    assert found("3 lamps late", written) == []


def test_a_negation_is_any_word_that_negates_with_or_without_its_apostrophe() -> None:
    for text in ("can't charge", "cant charge", "never charge", "doesn't charge"):
        assert found(text, "{not} charge") == [text]


@given(st.lists(st.sampled_from(["no", "reply", "still", "3", "hours", "late", "x"]), max_size=15))
def test_what_is_found_is_in_order_and_within_the_words(words: list[str]) -> None:
    idioms = Idioms(Entry(one, -1.0) for one in ("no reply", "still no reply", "{n} hours", "late"))
    places = [place for one in idioms.found(spelt(words)) for place in (one.start, one.end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(words) for place in places)
