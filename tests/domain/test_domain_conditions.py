"""Words that tell a brand from what is called like it, and lists of what is noise."""

from __future__ import annotations

import pytest

from bot.domain.conditions import Conditions, Noise, narrowed, term_of
from bot.domain.folding import Wording
from bot.domain.implying import is_within
from bot.domain.query import Query, parse, read_back
from bot.errors import QueryError
from tests.builders import a_post


def asked(query: str, **conditions: object) -> Query:
    found, refused = narrowed(parse(query), Conditions(**conditions))  # type: ignore[arg-type]
    assert refused == ()
    return found


def refusals(query: str, **conditions: object) -> list[tuple[str, int, str]]:
    _, refused = narrowed(parse(query), Conditions(**conditions))  # type: ignore[arg-type]
    return [(place, number, str(error)) for place, number, error in refused]


ORANGE = asked("orange", needs=("forfait*", "fibre", "ligne fixe"), without=("jus", "carotte*"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon forfait Orange a encore augmenté", True),
        ("Orange : plus de fibre depuis hier", True),
        ("Orange m'a coupé la ligne fixe", True),
        ("Orange m'a coupé la ligne", False),
        ("Une orange pressée", False),
        ("Une box fibre et un jus d'orange", False),
        ("La fibre est arrivée", False),
    ],
)
def test_a_brand_is_known_by_the_words_around_it(text: str, expected: bool) -> None:
    assert ORANGE.matches(Wording.of(a_post(text=text))) is expected


@pytest.mark.parametrize(
    ("author", "text", "expected"),
    [
        ("@promo_bot@lumen.social", "lumo is great", False),
        ("promo_bot", "lumo is great", False),
        ("Deals of the day", "lumo is great", False),
        ("@promo", "lumo is great", True),
        ("@ada", "lumo giveaway!", False),
        ("@ada", "see bit.ly/lumo about lumo", False),
        ("@ada", "lumo is great", True),
    ],
)
def test_noise_is_no_mention(author: str, text: str, expected: bool) -> None:
    own = Noise(authors=("@promo_bot",), words=("giveaway",))
    all_ = Noise(authors=("deals of the day",), words=("link:bit.ly",))
    query = asked("lumo", noise=own.and_(all_))
    assert query.matches(Wording.of(a_post(author=author, text=text))) is expected


def test_conditions_are_searched_for_by_nobody_and_found_in_no_text() -> None:
    query = asked("(orange OR sosh)", needs=("fibre",))
    assert query.anchors() == ("orange", "sosh")
    assert query.words() == ("orange", "sosh")
    assert query.found("la fibre Orange") == ("Orange",)
    assert all(not landmark.suffices for landmark in query.landmarks())


def test_a_query_with_its_conditions_prints_as_one_that_asks_the_same() -> None:
    assert str(ORANGE) == (
        'orange AND (forfait* OR fibre OR "ligne fixe") AND NOT (jus OR carotte*)'
    )
    again = parse(str(ORANGE))
    assert is_within(again, ORANGE)
    assert is_within(ORANGE, again)


def test_more_noise_asks_for_less() -> None:
    less = asked("lumo", noise=Noise(words=("giveaway", "wallet")))
    more = asked("lumo", noise=Noise(words=("giveaway",)))
    assert is_within(less, more)
    assert is_within(more, parse("lumo"))
    assert not is_within(more, less)


@pytest.mark.parametrize(
    ("query", "conditions", "refused"),
    [
        ("orange", {"without": ("jus", "Orange")}, [("without", 1, "Every post that the query")]),
        ("case:Orange", {"without": ("orange",)}, [("without", 0, "Every post that the query")]),
        ('"orange box"', {"without": ("box",)}, [("without", 0, "Every post that the query")]),
        ("orange OR sosh", {"without": ("orange", "sosh")}, [("without", 0, "holds one of these")]),
        ("orange OR sosh", {"without": ("orange",)}, []),
        ("orange -fibre", {"needs": ("box", "Fibre")}, [("needs", 1, "leaves out “Fibre”")]),
        ("orange", {"needs": ("box",), "without": ("Box",)}, [("without", 0, "at once")]),
        ("orange", {"needs": ("a* b",)}, [("needs", 0, "star cannot stand in a phrase")]),
        ("orange", {"needs": ("",)}, [("needs", 0, "empty")]),
        ("orange", {"needs": ('a "b"',)}, [("needs", 0, "one word or one phrase")]),
        ("orange", {"noise": Noise(authors=("🔥",))}, [("noise.authors", 0, "no word")]),
        ("orange", {"noise": Noise(words=("NOT",))}, [("noise.words", 0, "must follow NOT")]),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(
    query: str, conditions: dict[str, object], refused: list[tuple[str, int, str]]
) -> None:
    found = refusals(query, **conditions)
    assert [(place, number) for place, number, _ in found] == [one[:2] for one in refused]
    assert all(words in said for (*_, said), (*_, words) in zip(found, refused, strict=True)), found


def test_a_condition_is_a_word_or_words_in_a_row() -> None:
    assert str(term_of("  mobile   plan ")) == '"mobile plan"'
    assert str(term_of("link:lumo.com")) == "link:lumo.com"
    with pytest.raises(QueryError):
        term_of('a "b"')


def test_a_long_list_of_noise_is_read_back_and_known_for_less() -> None:
    noise = Noise(authors=tuple(f"promo{number}" for number in range(400)))
    printed = str(asked("lumo", noise=noise))
    assert len(printed) > 2_000
    assert is_within(asked("lumo", noise=noise.and_(Noise(words=("wallet",)))), read_back(printed))
