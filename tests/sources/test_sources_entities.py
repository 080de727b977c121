"""XML entities of a document's own: short plain words are kept, all else is taken out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceGarbled
from bot.sources.entities import declares_entities, of_characters, without_harm
from bot.sources.feeds import read_feed
from tests.memory import most_memory

URL = "https://lumen.example/feed"

FEED = '<rss version="2.0"><channel><title>F</title><item><title>{}</title></item></channel></rss>'


def titles(document: str) -> list[str]:
    return [item.title for item in read_feed(document.encode(), URL, "").items]


def test_a_feed_without_entities_is_left_as_it_is() -> None:
    body = FEED.format("Lumo").encode()
    assert without_harm(body) is body


@pytest.mark.parametrize(
    "number",
    ["#xd83d", "#XDE00", "#55357", "#x110000", "#0099999999", f"#{'9' * 10_000}", "#xD83D&#xDE00"],
)
def test_a_number_that_is_no_character_does_not_make_the_feed_unreadable(number: str) -> None:
    [title] = titles(FEED.format(f"Lumo &{number}; hums"))
    assert title.replace("\ufffd", "") == "Lumo  hums"


def test_a_number_that_is_a_character_is_left_as_it_is() -> None:
    body = b"&#233; &#xe9; &#128161; &#x1F4A1; &#0000000000233; &#x;"
    assert of_characters(body) == body


def test_short_plain_entities_are_read() -> None:
    declared = '<?xml version="1.0"?><!-- <! --><!DOCTYPE rss [<!ENTITY lumo "Lumo &#38; Co">]>'
    plain = "<!DOCTYPE rss [<!ENTITY lumo \"Maison Lumo\"><!ENTITY e 'é'>]>"
    assert titles(plain + FEED.format("&lumo; caf&e;")) == ["Maison Lumo café"]
    assert "&#38;" not in without_harm((declared + FEED.format("x")).encode()).decode()


def test_entities_that_name_one_another_do_not_grow() -> None:
    laughs = '<!ENTITY l0 "ha">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )
    body = f"<!DOCTYPE rss [{laughs}]>{FEED.format('&l9;')}"
    assert len(titles(body)[0]) < 100


def test_a_long_entity_named_often_does_not_grow() -> None:
    """On a line of its own, feedparser would take it for one of the harmless."""
    body = f'<!DOCTYPE rss [\n<!ENTITY a "{"a" * 10_000}">\n]>{FEED.format("&a;" * 1_000)}'
    with most_memory() as most:
        assert len(titles(body)[0]) <= 500
    assert most() < 2_000_000
    assert b"aaaa" not in without_harm(body.encode())


def test_what_lies_elsewhere_is_not_fetched() -> None:
    body = f'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>{FEED.format("&a;")}'
    assert b"passwd" not in without_harm(body.encode())


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE rss [<!ENTITY a "b">',
        b'<!DOCTYPE a []><!DOCTYPE b [<!ENTITY a "b">]><rss/>',
        b'<!DOCTYPE a [<!ENTITY b "]>"><!ENTITY c "d">]><rss/>',
        '<!DOCTYPE a [<!ENTITY b "c">]><rss/>'.encode("utf-16"),
    ],
)
def test_declarations_that_cannot_be_told_apart_are_refused(body: bytes) -> None:
    with pytest.raises(SourceGarbled, match="entities"):
        without_harm(body)


PARTS = st.sampled_from(
    [
        *(b"<!DOCTYPE r [", b"]>", b'<!ENTITY a "b">', b"<!ENTITY % p '&a;'>", b"<!--", b"-->"),
        *(b"<?x ?>", b"<rss>", b"&a;", b"]", b">", b'"', b"\0", b"<!entity", b'<!ENTITY a "&b;">'),
    ]
)


@given(st.lists(PARTS, max_size=12))
def test_what_is_left_declares_nothing_but_short_plain_words(parts: list[bytes]) -> None:
    try:
        left = without_harm(b"".join(parts))
    except SourceGarbled:
        return
    said = re.sub(rb"<!--.*?-->", b"", left, flags=re.DOTALL)
    if declares_entities(left):
        assert {found.strip() for found in re.findall(rb"<!ENTITY(.*)", said)} == {b'a "b">'}
