"""What a mute holds back, and how one is asked for in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.alerts import Mute
from bot.domain.mute_parser import LONGEST, length_of, read
from bot.domain.mutes import Scope, fits, holding, is_same
from bot.errors import ConversationError, UnknownWatch
from tests.builders import NOW, a_mention, a_post

WATCHES = ("Lumo", "Maison Lumo", "7up", "Negative Space")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("words", "scope", "length"),
    [
        ("Lumo 4h", Scope(watch="Lumo"), 4 * HOUR),
        ("lumo", Scope(watch="Lumo"), None),
        ("4h maison lumo", Scope(watch="Maison Lumo"), 4 * HOUR),
        ("spikes 2h", Scope(kind="spike"), 2 * HOUR),
        ("Lumo negative 1d", Scope(watch="Lumo", kind="negative"), DAY),
        ("negative posts about Lumo for 2 days", Scope(watch="Lumo", kind="negative"), 2 * DAY),
        ("author @x 1w", Scope(author="@x"), 7 * DAY),
        ('author "Ada Lovelace" on Lumo 1d', Scope(watch="Lumo", author="Ada Lovelace"), DAY),
        ('word "crypto" 1d', Scope(word="crypto"), DAY),
        ("word “crypto scam” Lumo 1d", Scope(watch="Lumo", word="crypto scam"), DAY),
        ("word crypto scam 1d", Scope(word="crypto scam"), DAY),
        ("word 🔥 1d", Scope(word="🔥"), DAY),
        ("word 2026 1d", Scope(word="2026"), DAY),
        ("all 30m", Scope(), HOUR / 2),
        ("7up 1h", Scope(watch="7up"), HOUR),
        ('"Negative Space" 1h', Scope(watch="Negative Space"), HOUR),
        ("negative space negative", Scope(watch="Negative Space", kind="negative"), None),
        ("pics de Lumo 2 heures", Scope(watch="Lumo", kind="spike"), 2 * HOUR),
        ("Lumo négatifs 1j", Scope(watch="Lumo", kind="negative"), DAY),
        ("mot « arnaque crypto » pendant 1h30", Scope(word="arnaque crypto"), 1.5 * HOUR),
        ("auteur @x pour 1 semaine", Scope(author="@x"), 7 * DAY),
        ("tout 1,5 h", Scope(), 1.5 * HOUR),
    ],
)
def test_a_mute_is_understood(words: str, scope: Scope, length: timedelta | None) -> None:
    assert read(words, WATCHES) == (scope, length)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Lumo 0h", "“0h” is no length"),
        ("Lumo 99x", "“99x” is no length"),
        ("Lumo -5h", "“-5h” is no length"),
        ("Lumo 9999d", "up to 90 days"),
        ("Lumo 1h for 2h", "one too many"),
        ("", "What is to be held back?"),
        ("4h", "What is to be held back?"),
        ("word 4h", "Which one?"),
        ('word "" 4h', "Which one?"),
        ("author", "Which one?"),
        ("spikes author @x", "Only negative posts"),
        ("waves word x", "Only negative posts"),
        ("Limo 4h", "There is no watch “Limo”"),
    ],
)
def test_what_cannot_be_is_refused_in_words(words: str, told: str) -> None:
    with pytest.raises(ConversationError, match=told.replace("?", r"\?")):
        read(words, WATCHES)


def test_an_unknown_watch_is_told_those_that_there_are() -> None:
    with pytest.raises(UnknownWatch, match="Lumo, Maison Lumo"):
        read("the lamp 2h", WATCHES)


@given(st.text(max_size=80))
@example("“")
@example('author "')
@example("word «»")
@example("1h 1h 1h")
def test_whatever_is_typed_is_understood_or_refused_in_words(words: str) -> None:
    try:
        scope, length = read(words, WATCHES)
    except ConversationError as error:
        assert str(error)  # noqa: PT017
        return
    assert scope.watch in ("", *WATCHES)
    assert length is None or timedelta() < length <= LONGEST
    assert not (scope.kind and (scope.author or scope.word))


names = st.text(st.characters(categories=("Lu", "Ll")), min_size=1, max_size=8)
lengths = st.sampled_from(["30m", "4h", "2d", "1w", "2 jours", "1h30"])


@given(st.sampled_from(WATCHES), lengths, st.booleans())
def test_a_watch_and_a_length_are_read_in_either_order(
    watch: str, length: str, length_first: bool
) -> None:
    words = f"{length} {watch}" if length_first else f"{watch} {length}"
    assert read(words, WATCHES) == (Scope(watch=watch), length_of(length))


@given(st.lists(names, min_size=1, max_size=4), lengths)
def test_words_in_quotes_are_kept_together(words: list[str], length: str) -> None:
    phrase = " ".join(words)
    assert read(f'word "{phrase}" {length}', WATCHES).scope == Scope(word=phrase)


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("90s", timedelta(seconds=90)),
        ("2 hours", 2 * HOUR),
        ("3 jours", 3 * DAY),
        ("1h30", 1.5 * HOUR),
        ("2sem", 14 * DAY),
        ("1.5h", 1.5 * HOUR),
        ("0h", None),
        ("99x", None),
        ("h", None),
        ("", None),
    ],
)
def test_lengths_are_read_in_both_languages(written: str, length: timedelta | None) -> None:
    assert length_of(written) == length


MENTION = a_mention(post=a_post(text="My crypto-scam lamp 🔥 died", author="@Ada"))


@pytest.mark.parametrize(
    ("scope", "held"),
    [
        (Scope(), True),
        (Scope(watch="Lumo"), True),
        (Scope(watch="Other"), False),
        (Scope(kind="negative"), True),
        (Scope(kind="spike"), False),
        (Scope(author="@ada"), True),
        (Scope(author="ADA"), True),
        (Scope(author="@adam"), False),
        (Scope(word="Crypto"), True),
        (Scope(word="crypto scam"), True),
        (Scope(word="scam crypto"), False),
        (Scope(word="crypt"), False),
        (Scope(word="🔥"), True),
        (Scope(word="🌧"), False),
        (Scope(watch="Other", word="crypto"), False),
        (Scope(author="@ada", word="lamp"), True),
    ],
)
def test_a_post_is_held_by_what_fits_it(scope: Scope, held: bool) -> None:
    assert fits(scope, "Lumo", "negative", MENTION) is held


@pytest.mark.parametrize(
    ("scope", "held"),
    [
        (Scope(), True),
        (Scope(watch="Lumo"), True),
        (Scope(kind="spike"), True),
        (Scope(kind="negative"), False),
        (Scope(author="@ada"), False),
        (Scope(word="crypto"), False),
    ],
)
def test_a_spike_is_held_by_its_watch_and_kind_alone(scope: Scope, held: bool) -> None:
    assert fits(scope, "Lumo", "spike", None) is held


def a_mute(**fields: Any) -> Mute:
    return Mute(**{"watch": "Lumo", "until": NOW + HOUR, "by": "U1", **fields})


def test_of_several_the_one_counts_that_holds_longest() -> None:
    short, long = a_mute(), a_mute(kind="negative", until=NOW + DAY)
    over = a_mute(author="@ada", until=NOW)
    assert holding([long, short, over], "Lumo", "negative", MENTION, NOW) == long
    assert holding([over], "Lumo", "negative", MENTION, NOW) is None


def test_scopes_are_the_same_however_they_are_written() -> None:
    assert is_same(Scope(author="@Ada"), Scope(author="ada"))
    assert is_same(Scope(word="Étoile"), Scope(word="etoile"))
    assert not is_same(Scope(word="etoile"), Scope(watch="Lumo", word="etoile"))


def test_a_mute_of_everything_has_an_id() -> None:
    assert a_mute(watch="").id
    assert a_mute().id == "Lumo"
    assert a_mute(earlier=True).id != "Lumo"
