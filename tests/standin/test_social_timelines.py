"""Paging a timeline loses nothing and shows nothing twice; content is what Mastodon serves."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.standin.social.posts import Author
from bot.standin.social.statuses import content, folded, tags
from bot.standin.social.timelines import Cursor, cursor, links, page

BASE = "http://127.0.0.1:1"
ids = st.lists(st.integers(1, 500), unique=True).map(sorted)


@given(ids, st.integers(0, 501), st.integers(1, 40))
def test_walking_forward_by_min_id_finds_every_later_post_once(
    timeline: list[int], start: int, limit: int
) -> None:
    found: list[int] = []
    at = start
    while shown := page(timeline, Cursor(limit=limit, min_id=at)):
        found += reversed(shown)
        at = shown[0]

    assert found == [id for id in timeline if id > start]


@given(ids, st.integers(0, 501), st.integers(1, 40))
def test_walking_back_by_max_id_finds_every_earlier_post_once(
    timeline: list[int], start: int, limit: int
) -> None:
    found: list[int] = []
    at = start
    while shown := page(timeline, Cursor(limit=limit, max_id=at)):
        found += shown
        at = shown[-1]

    assert found == [id for id in timeline if id < start][::-1]


def test_min_id_gives_the_page_above_it_but_since_id_the_newest_one() -> None:
    timeline = list(range(1, 11))

    assert page(timeline, Cursor(limit=3, min_id=2)) == [5, 4, 3]
    assert page(timeline, Cursor(limit=3, since_id=2)) == [10, 9, 8]
    assert page(timeline, Cursor(limit=3, max_id=9, since_id=6)) == [8, 7]
    assert page(timeline, Cursor(limit=3, min_id=2, max_id=5)) == [4, 3]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, Cursor(limit=20)),
        ({"limit": "80"}, Cursor(limit=40)),
        ({"limit": "-5"}, Cursor(limit=5)),
        ({"limit": "many"}, Cursor(limit=0)),
        ({"min_id": "7", "max_id": ""}, Cursor(min_id=7)),
        ({"since_id": "x"}, Cursor(since_id=0)),
    ],
)
def test_a_cursor_is_read_as_leniently_as_mastodon_does(
    query: dict[str, str], expected: Cursor
) -> None:
    assert cursor(query) == expected


def test_links_lead_to_older_and_newer_posts_and_keep_the_limit() -> None:
    link = links("http://host/tag", [9, 8], {"limit": "2", "min_id": "7"})

    assert link == (
        '<http://host/tag?limit=2&max_id=8>; rel="next", '
        '<http://host/tag?limit=2&min_id=9>; rel="prev"'
    )
    assert links("http://host/tag", [], {}) is None


def test_tags_are_found_where_mastodon_finds_them() -> None:
    text = "#Lumo et #réveil, not#this nor #2026 nor https://a.example/#that, (#Lumo)"

    assert tags(text) == ["lumo", "réveil"]
    assert folded("Réveil") == "reveil"


def test_content_hides_the_ends_of_a_long_link() -> None:
    html = content("See https://maison-lumo.example/support/a-long-way-down.", BASE)

    assert html == (
        '<p>See <a href="https://maison-lumo.example/support/a-long-way-down" target="_blank"'
        ' rel="nofollow noopener" translate="no"><span class="invisible">https://</span>'
        '<span class="ellipsis">maison-lumo.example/support/a-</span>'
        '<span class="invisible">long-way-down</span></a>.</p>'
    )


def test_content_keeps_paragraphs_and_says_whom_it_answers() -> None:
    html = content("one\ntwo\n\nthree <b>", BASE, Author("ada_rows", "Ada", 3))

    assert html == (
        f'<p><span class="h-card" translate="no"><a href="{BASE}/@ada_rows" '
        'class="u-url mention">@<span>ada_rows</span></a></span> one<br>two</p>'
        "<p>three &lt;b&gt;</p>"
    )


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(alphabet="ab#é<>&\"'/: .https", max_size=60).map(str.strip))
def test_content_never_lets_markup_of_the_text_through(text: str) -> None:
    reader = _Text()
    reader.feed(content(text, BASE))
    reader.close()

    assert reader.text == text
