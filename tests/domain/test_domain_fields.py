"""What a query asks about: words said, and, where it says so, the author, links and the rest."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.fields import Field
from bot.domain.folding import Wording
from bot.domain.implying import is_within
from bot.domain.matching import Matcher
from bot.domain.mention import Post
from bot.domain.query import parse
from bot.domain.watch import Watch
from bot.errors import QueryError
from tests.builders import a_post

POST = a_post(
    title="Review of the Dawn lamp",
    text="It flickers. Bought at lumo.com, see https://shop.example/lampe-été?id=1 #lighting",
    author="Ada Martin",
    author_url="https://lumen.example/@ada_m",
    links=("https://www.clair.example/tests/%C3%A9clairage", "https://lumo.com"),
    media=("A cracked Maison Lumo bulb on a table",),
    handles=("lumohelp",),
    tags=("Smart Home", "lighting"),
)


def a_watch(query: str) -> Watch:
    return Watch(
        name=query,
        query=parse(query),
        sources=("forum",),
        negative_channel="#care",
        spike_channel="#care",
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("dawn flickers", True),
        ("lumo", False),  # an address, a description, a handle: nobody says it
        ("title:dawn", True),
        ("title:flickers", False),
        ("text:flickers", True),
        ("text:dawn", False),
        ("author:ada", True),
        ('author:"ada martin"', True),
        ("author:@ada_m", True),
        ("ada", False),
        ("link:lumo", True),
        ("link:lumo.com", True),
        ("link:clair*", True),
        ("link:éclairage", True),
        ("link:lampe", True),
        ("lampe", False),
        ("link:flickers", False),
        ("media:lumo", True),
        ('media:"maison lumo"', True),
        ("media:case:Lumo", True),
        ("case:media:lumo", False),
        ("#smarthome", True),
        ("#lighting", True),
        ("@lumohelp", True),
        ("@ada_m", False),
        ("dawn NOT author:martin", False),
        ("dawn -link:lumo.com", False),
        ("link:(lumo.fr OR lumo.com)", True),
        ("author:(martin NOT ada)", False),
        ("title:(review near/3 lamp)", True),
        ("title:dawn near/1 title:lamp", True),
        ("TITRE:dawn texte:flickers auteur:ada lien:lumo média:lumo", True),
        ("lumo.com", True),  # who writes an address means one
        ('"bought at lumo.com"', True),
        ("bought near/2 lumo.com", True),
        ("bought near/2 lumo", False),
    ],
)
def test_a_word_is_looked_for_where_the_query_says(query: str, expected: bool) -> None:
    assert parse(query).matches(Wording.of(POST)) is expected
    assert bool(Matcher([a_watch(query)]).matching(Wording.of(POST))) is expected


@pytest.mark.parametrize(
    "text",
    [
        "see https://lumo.com/x",
        "see http://lumo/x",
        "see www.lumo.com.",
        "bought at lumo.com!",
        "(lumo.fr)",
        "lumo.com",
        "on lumo.it/prix",
        "at shop.lumo.co.uk:8080/a?lumo=1#lumo",
        "https://example.org/lumo-lamp",
        "LUMO.COM",
        "e.com/lumo…",
    ],
)
def test_a_word_in_an_address_is_not_said(text: str) -> None:
    post = a_post(text=text)
    assert not parse("lumo").matches(Wording.of(post))
    assert not parse("lum*").matches(Wording.of(post))
    assert parse("link:lumo").matches(Wording.of(post))
    assert Matcher([a_watch("lumo"), a_watch("lum*")]).matching(Wording.of(post)) == []


@pytest.mark.parametrize(
    "text",
    [
        "I am done with lumo.They never answer",
        "my lumo.It died",
        "lumo. com",
        "a mail to help@lumo.com",
        "thanks @lumo",
        "@lumo@lumen.social said so",
        "lumo/lumi",
        "lumo: https://example.org",
        "https://example.org lumo",
        "https://例え.jp/a漢字lumo lumo",
        "#lumo",
        "…lumo…",
    ],
)
def test_a_word_beside_an_address_or_a_full_stop_is_said(text: str) -> None:
    assert parse("lumo").matches(Wording.of(a_post(text=text)))
    assert Matcher([a_watch("lumo")]).matching(Wording.of(a_post(text=text)))


def test_words_found_come_from_the_field_in_which_they_stand() -> None:
    query = parse("dawn (author:ada OR link:lumo OR media:maison)")
    assert query.found(Wording.of(POST)) == ("Dawn", "Ada", "lumo", "Maison")


@pytest.mark.parametrize(
    ("query", "position", "message"),
    [
        ("lumo author:", 12, "author: needs its word"),
        ("author: lumo", 7, "author: needs its word"),
        ("lien: lumo", 5, "link: needs its word"),
        ("title:text:lumo", 6, "one field"),
        ("title:(lumo link:x)", 0, "one field"),
        ("a title:lumo near/3 lamp", 2, "one field"),
        ("title:()", 6, "empty"),
        ("title:(lumo", 6, "not closed"),
        ("case:link:Lumo", 0, "without case"),
        ("link:(case:Lumo)", 0, "without case"),
        ("case:author:(Lumo)", 12, "case: needs its word"),
        ("lumo from:ada", 5, "write author: instead"),
        ("lumo site:lumo.com", 5, "write link: instead"),
        ("lumo lang:fr", 5, "title:, text:, author:"),
        ("NOT author:ada", 0, "NOT needs a word"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(query: str, position: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert (caught.value.position, message in caught.value.message) == (position, True), str(
        caught.value.message
    )


def test_a_field_reads_back_as_it_was_printed() -> None:
    query = parse('lumo OR auteur:("maison lumo" OR @lumo -lam*) OR case:titre:Lumo')
    assert str(query) == (
        'lumo OR author:"maison lumo" OR author:@lumo AND NOT author:lam* OR title:case:Lumo'
    )
    assert parse(str(query)) == query


@pytest.mark.parametrize(
    ("query", "anchors"),
    [
        ("author:ada (lumo OR lumi)", ("lumo", "lumi")),
        ("title:lumo author:ada", ("lumo",)),
        ("author:ada", ("ada",)),
        ("link:lumo.com OR lumo", ("lumo.com", "lumo")),
    ],
)
def test_what_a_post_says_is_searched_for_rather_than_who_says_it(
    query: str, anchors: tuple[str, ...]
) -> None:
    assert parse(query).anchors() == anchors


def test_a_word_of_the_title_is_a_word_of_the_post() -> None:
    assert is_within(parse("title:lumo"), parse("lumo"))
    assert is_within(parse("title:lumo"), parse("title:lumo OR lamp"))
    assert not is_within(parse("lumo"), parse("title:lumo"))
    assert not is_within(parse("author:lumo"), parse("lumo"))


def test_a_text_that_is_no_posts_has_its_addresses_and_no_author() -> None:
    assert parse("text:lamp link:lumo").matches("a lamp of lumo.com")
    assert not parse("author:lumo OR title:lumo").matches("lumo")


WORDS = ["lumo", "Lumo", "été", "C++", "lumo.com", "https://lumo.fr/été", "#lumo", "@lumo", "lamp"]
FIELDS: list[Field | str] = ["", "title:", "text:", "author:", "link:", "media:", "#", "@"]
SPOKEN = st.lists(
    st.sampled_from([*WORDS, "lum", "app", ".", " ", " ", "\n"]) | st.text(max_size=3), max_size=8
).map("".join)
POSTS = st.builds(
    lambda title, text, author, links, media, tags: a_post(
        title=title, text=text, author=author, links=links, media=media, tags=tags, handles=tags
    ),
    SPOKEN,
    SPOKEN,
    SPOKEN,
    st.lists(SPOKEN, max_size=2).map(tuple),
    st.lists(SPOKEN, max_size=2).map(tuple),
    st.lists(st.sampled_from(["lumo", "Lum o", "été"]), max_size=2).map(tuple),
)


@st.composite
def queries(draw: st.DrawFn) -> str:
    terms = draw(
        st.lists(
            st.tuples(
                st.sampled_from(FIELDS),
                st.sampled_from(
                    ["lumo", "lum*", "été", "C++", "lumo.com", '"lumo lamp"', "lumo.fr"]
                ),
            ),
            min_size=1,
            max_size=4,
        )
    )
    return "".join(
        (draw(st.sampled_from([" ", " OR ", " -", " near/2 "])) if number else "") + field + term
        for number, (field, term) in enumerate(terms)
    )


@settings(deadline=None, max_examples=300)
@given(st.lists(queries(), min_size=1, max_size=5), POSTS)
def test_one_pass_over_a_post_finds_what_asking_each_watch_finds(
    asked: list[str], post: Post
) -> None:
    watches = []
    for query in asked:
        try:
            watches.append(a_watch(query))
        except QueryError:
            continue
    wording = Wording.of(post)
    one_by_one = [watch.name for watch in watches if watch.query.matches(wording)]
    assert [watch.name for watch in Matcher(watches).matching(wording)] == one_by_one
    assert all(parse(str(watch.query)) == watch.query for watch in watches)
