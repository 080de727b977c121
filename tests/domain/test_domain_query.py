from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.folding import Wording, fold, words_of
from bot.domain.query import Hint, Query, parse
from bot.domain.query_nodes import And, Near, Node, Not, Or, Term
from bot.domain.query_parser import parse_nodes
from bot.errors import QueryError


def fault(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("lumo", "My LUMO lamp", True),
        ("lumo", "illumost", False),
        ("lumo", "Lumo's new lamp", True),
        ("lumo", "J'adore l'lumo", True),
        ("orange", "la boutique d’Orange", True),
        ("lumo", "see #lumo", True),
        ("déçu", "je suis DECU", True),
        ("decu", "je suis déçu", True),
        ("lumo lamp", "a lamp by lumo", True),
        ("lumo lamp", "a lumo", False),
        ("lumo AND lamp", "a lamp by lumo", True),
        ("lumo OR lumi", "a lumi", True),
        ("a1 OR b1 c1", "a1", True),
        ("a1 OR b1 c1", "b1", False),
        ("(a1 OR b1) c1", "a1", False),
        ("lumo NOT wallet", "lumo wallet", False),
        ("lumo -wallet", "lumo lamp", True),
        ("lumo -(wallet OR coin)", "lumo coin", False),
        ('"smart lamp"', "a Smart   lamp!", True),
        ('"smart lamp"', "a lamp so smart", False),
        ('"smart lamp"', "smarts lamp", False),
        ("“smart lamp”", "a smart lamp", True),
        ("lumo near/2 refund", "lumo gave a refund", True),
        ("lumo near/2 refund", "a refund by lumo", True),
        ("lumo near/2 refund", "lumo never gave a refund", False),
        ("lumo near/0 lamp", "lumo lamp", True),
        ("lumo near/5 lumo", "lumo", False),
        ("lumo near/5 lumo", "lumo, oh lumo", True),
        ("(lumo OR lumi) near/1 refund*", "lumi refunds", True),
        ("complain*", "so many complaints", True),
        ("complain*", "a complex plan", False),
        ("case:Orange", "orange juice", False),
        ("case:Orange", "chez Orange", True),
        ('case:"Apple Store"', "the Apple Store", True),
        ('case:"Apple Store"', "the apple store", False),
        ("case:Orange near/1 fibre", "la fibre Orange", True),
        ("#lumo", "lumo", False),
        ("#lumo", "so #Lumo!", True),
        ("@lumo_app", "thanks @lumo_app", True),
        ("@lumo_app", "thanks lumo_app", False),
        ("AT&T", "my at&t line", True),
        ("e-mail", "an E-Mail", True),
        ("lumo NOT NOT lamp", "lumo lamp", True),
        ("near", "so near", True),
        ("C++", "c'est nul", False),
        ("C++", "I write C++.", True),
        ("C++", "C++11 and c", True),
        ("C#", "c++ or F#", False),
        ("F# OR C#", "I like f#!", True),
        ("C#", "C #lumo", False),
        ("canal+", "Canal+, encore", True),
        ("canal+", "le canal du Midi", False),
        ("canal", "Canal+, encore", True),
        ('"C++ is slow"', "c is slow", False),
        ('"C++ is slow"', "C++ is slow", True),
        ("case:C++", "c++", False),
        ("l'Oréal", "chez L’OREAL", True),
        ("20.000", "20.000 euros", True),
        ("20.000", "20 euros", False),
        ("lumo –wallet", "lumo wallet", False),
        ("lumo −wallet", "lumo lamp", True),
        ("lumo -$coin", "lumo coin", False),
        ("lumo -'coin'", "lumo coin", False),
        ("Case:Orange", "chez Orange", True),
        ("CASE:Orange", "an orange", False),
        ("日本", "東京 日本 👍🏽", True),
    ],
)
def test_a_query_matches_what_it_asks_for(query: str, text: str, expected: bool) -> None:
    assert parse(query).matches(text) is expected


@pytest.mark.parametrize(
    ("query", "position", "message"),
    [
        ("", 0, "empty"),
        ("  ", 2, "empty"),
        ('lumo "smart', 5, "quote is not closed"),
        ("lumo (a OR b", 5, "not closed"),
        ("lumo )", 5, "closes nothing"),
        ("lumo ()", 5, "empty"),
        ("lumo AND", 8, "must follow AND"),
        ("lumo AND OR x", 9, "must follow AND"),
        ("OR lumo", 0, "must stand before OR"),
        ("lumo near/ x", 5, "near/5"),
        ("lumo NEAR x", 5, "near/5"),
        ("lumo near/x y", 5, "near/5"),
        ("lumo near/999 y", 5, "at most 100"),
        ("lumo near/5", 11, "must follow near"),
        ("(a b) near/5 c", 0, "near joins words"),
        ("a near/5 NOT c", 9, "near joins words"),
        ("a near/5 b near/5 c", 11, "two things"),
        ("NOT lumo", 0, "NOT needs a word"),
        ("lumo OR NOT lamp", 8, "NOT needs a word"),
        ("case: Orange", 5, "right after"),
        ("lumo & lamp", 5, "no letter"),
        ("lumo (", 6, "not closed"),
        ("(", 1, "not closed"),
        ("lumo - lamp", 5, "no letter"),
        ("(lumo -) lamp", 6, "no letter"),
        ("lumo 😡", 5, "only words"),
        ("lumo !lamp", 5, "Write NOT or -"),
        ("lumo lang:fr", 5, "no lang: in a query"),
        ("lumo -from:ada", 6, "no from: in a query"),
        ("ab*", 2, "at least 3 letters"),
        ("com*plain", 3, "end of a word"),
        ('"smart lam*"', 10, "star cannot stand in a phrase"),
        ('"…"', 0, "no word"),
        ("#-lumo", 1, "follow #"),
        ("a" * 2_001, 2_000, "2,000"),
        ("(" * 51 + "a" + ")" * 51, 50, "50 deep"),
        ("-" * 51 + "a", 50, "50 deep"),
    ],
)
def test_a_wrong_query_is_refused_at_the_wrong_character(
    query: str, position: int, message: str
) -> None:
    error = fault(query)
    assert (error.position, message in error.message) == (position, True), error.message


@pytest.mark.parametrize(
    ("query", "anchors"),
    [
        ("lumo", ("lumo",)),
        ("lumo OR Été", ("lumo", "Été")),
        ("lumo (lamp OR bulb)", ("lumo",)),
        ('lamp "smart lamp"', ("smart lamp",)),
        ("lumo near/5 (a OR b)", ("lumo",)),
        ("#lumo -@lumo", ("lumo",)),
        ("complain* lumo", ("lumo",)),
        ("NOT (a NOT b) c", ("c",)),
        ("NOT (NOT a OR b)", ("a",)),
    ],
)
def test_anchors_are_few_and_telling(query: str, anchors: tuple[str, ...]) -> None:
    assert parse(query).anchors() == anchors


def test_words_are_all_that_may_make_a_text_match() -> None:
    assert parse('lumo ("smart lamp" OR #lumi) -coin').words() == ("lumo", "smart lamp", "lumi")


def test_found_words_come_as_the_text_has_them() -> None:
    assert parse("lumo (decu* OR lampe)").found("Très déçue par LUMO, déçue !") == ("déçue", "LUMO")


def test_lower_case_operators_are_words_with_a_hint() -> None:
    query = parse("lumo or lamp")
    assert query.matches("lumo or lamp")
    assert not query.matches("lumo")
    assert query.hints() == (Hint("or", "OR"),)


def test_near_without_its_number_is_a_word_with_a_hint() -> None:
    query = parse("lumo near refund")
    assert query.matches("a refund near lumo")
    assert query.hints() == (Hint("near", "near/5"),)


def test_an_address_in_a_query_is_words_in_a_row() -> None:
    query = parse("https://lumo.example/shop")
    assert query.matches("see https://lumo.example/shop?id=1")
    assert not query.matches("a shop at lumo")


def test_a_long_query_on_a_long_text_takes_no_time_to_speak_of() -> None:
    text = Wording("a " * 20_000)
    assert not parse(" ".join(["a near/9 b"] * 100)).matches(text)


words = st.sampled_from(["ab", "été", "Cd", "lumo", "efgh", "l'eau"])
plain_terms = st.one_of(
    st.builds(Term, words),
    st.builds(Term, words, exact=st.just(True)),
    st.builds(Term, words, sigil=st.sampled_from("#@")),
    st.builds(Term, st.sampled_from(["lumo", "été"]), prefix=st.just(True)),
    st.builds(Term, st.lists(words, min_size=1, max_size=3).map(" ".join), phrase=st.just(True)),
)
sides = st.lists(plain_terms, min_size=1, max_size=2).map(tuple)


def joined(kind: type[And] | type[Or], parts: list[Node]) -> Node:
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, kind) else (part,))
    return kind(tuple(flat))


nodes: st.SearchStrategy[Node] = st.recursive(
    st.one_of(plain_terms, st.builds(Near, sides, sides, st.integers(0, 4))),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(And, parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined(Or, parts)),
    ),
    max_leaves=8,
)
texts = st.lists(
    st.sampled_from(["ab", "AB", "ete", "Été", "cd", "#lumo", "@Lumo", "lumo's", "EFGH", "l’eau"]),
    max_size=8,
).map(" ".join)


def naive_spans(term: Term, text: str) -> list[tuple[int, int]]:
    """Where a term stands, by looking at every place of the text."""
    tokens = [(m.group(), m.start()) for m in re.finditer(r"\w+", text)]
    wanted = re.findall(r"\w+", term.written)
    spans = []
    for start in range(len(tokens) - len(wanted) + 1):
        window = [word for word, _ in tokens[start : start + len(wanted)]]
        if term.exact:
            same = [strip(word) for word in window] == [strip(word) for word in wanted]
        else:
            same = [fold(word) for word in window] == [fold(word) for word in wanted]
        if term.prefix:
            same = fold(window[0]).startswith(fold(wanted[0]))
        at = tokens[start][1]
        if same and (not term.sigil or text[max(at - 1, 0) : at] == term.sigil):
            spans.append((start, start + len(wanted)))
    return spans


def strip(word: str) -> str:
    return word.replace("é", "e").replace("É", "E")


def naive(node: Node, text: str) -> bool:
    match node:
        case Term():
            return bool(naive_spans(node, text))
        case Not(part):
            return not naive(part, text)
        case And(parts):
            return all(naive(part, text) for part in parts)
        case Or(parts):
            return any(naive(part, text) for part in parts)
        case Near(left, right, distance):
            lefts = [span for term in left for span in naive_spans(term, text)]
            rights = [span for term in right for span in naive_spans(term, text)]
            return any(
                0 <= b[0] - a[1] <= distance or 0 <= a[0] - b[1] <= distance
                for a in lefts
                for b in rights
            )


@given(nodes, texts)
def test_matching_agrees_with_looking_everywhere(node: Node, text: str) -> None:
    assert Query(node).matches(text) is naive(node, text)


@given(nodes)
def test_a_query_in_print_reads_back_as_the_same_query(node: Node) -> None:
    assert parse_nodes(str(node)) == node


@given(nodes, texts)
def test_every_matching_text_holds_an_anchor(node: Node, text: str) -> None:
    query = Query(node)
    anchors = query.anchors()
    if anchors and query.matches(text):
        said = " ".join(words_of(text))
        assert any(" ".join(words_of(anchor)) in said for anchor in anchors)


noise = st.text(st.sampled_from('ab*#@-()"“ \n&/5éñ:') | st.characters(), max_size=60)
fragments = st.lists(
    st.sampled_from(
        ["AND", "OR", "NOT", "near/3", "NEAR", "case:", "(", ")", '"', "lumo", "-", "a*"]
    )
    | noise,
    max_size=12,
).map(" ".join)


def outcome(text: str) -> Query | QueryError:
    try:
        return parse(text)
    except QueryError as error:
        return error


@given(noise | fragments)
def test_any_text_is_read_or_refused_inside_its_bounds(text: str) -> None:
    result = outcome(text)
    if isinstance(result, QueryError):
        assert 0 <= result.position <= len(text)
    else:
        assert result.anchors()
        assert parse(str(result)) == result
