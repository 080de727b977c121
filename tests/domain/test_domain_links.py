"""Two ways of writing an address that are one link."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import canonical, host_of, page, spellings

ONE = "https://lumen.example/@ada/1"

HOSTS = st.from_regex(
    r"(www\.){0,2}[a-z0-9-]{1,12}(\.[a-z]{2,5})?(:(80|443|8080))?", fullmatch=True
)
PATHS = st.from_regex(r"(/[A-Za-z0-9@_.~%-]{0,8}){0,4}", fullmatch=True)
QUERIES = st.lists(
    st.sampled_from(["id=1", "utm_source=rss", "fbclid=x", "q=a%20b", "page", "MTM_kw=1"]),
    max_size=4,
).map("&".join)
ADDRESSES = st.builds(
    "{}://{}{}?{}#{}".format, st.sampled_from(["http", "https"]), HOSTS, PATHS, QUERIES, PATHS
)


@pytest.mark.parametrize(
    "written",
    [
        ONE,
        "http://lumen.example/@ada/1",
        "https://www.lumen.example/@ada/1/",
        "HTTPS://LUMEN.example:443/@ada/1#reply-2",
        "https://lumen.example/@ada/1?utm_source=slack&fbclid=IwAR0&UTM_medium=social",
        "  https://lumen.example./@ada/1  ",
    ],
)
def test_what_differs_in_writing_alone_is_one_link(written: str) -> None:
    assert canonical(written) == ONE


@pytest.mark.parametrize(
    "other",
    [
        "https://lumen.example/@ADA/1",
        "https://lumen.example/@ada/1?page=2",
        "https://lumen.example:8443/@ada/1",
        "https://m.lumen.example/@ada/1",
    ],
)
def test_what_may_lead_elsewhere_is_another_link(other: str) -> None:
    assert canonical(other) not in ("", ONE)


@pytest.mark.parametrize(
    "written",
    ["", "lumo", "mailto:ada@lumen.example", "javascript:alert(1)", "https://", "http://[::1", "/a",
     "https://a.example/x y", "https://a.example:99999/"],
)  # fmt: skip
def test_what_is_no_web_address_is_no_link(written: str) -> None:
    assert canonical(written) == ""
    assert spellings(written) == ()
    assert host_of(written) == ""


def test_a_host_is_named_without_www() -> None:
    assert host_of("https://www.Forum.example:8080/t/1") == "forum.example"


@given(ADDRESSES)
def test_the_one_way_of_writing_stays_as_it_is(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url) != ""


@given(ADDRESSES)
def test_every_spelling_is_the_same_link_and_the_written_one_is_the_first(url: str) -> None:
    ways = spellings(url)
    assert ways[0] == url
    assert canonical(url) in ways
    assert {canonical(way) for way in ways} == {canonical(url)}
    assert len(ways) <= 9


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://m.lumen.example/@ada/1?utm_campaign=x", ONE),
        ("https://www.mobile.lumen.example/@ada/1/", ONE),
        ("https://amp.lumen.example/@ada/1#top", ONE),
        ("https://en.m.wikipedia.org/wiki/Lamp", "https://en.wikipedia.org/wiki/Lamp"),
        ("https://m.example/a", "https://m.example/a"),
        ("https://localhost:8080/a/", "https://localhost:8080/a"),
    ],
)
def test_a_page_made_for_telephones_is_the_same_page(written: str, meant: str) -> None:
    assert page(written) == meant


@given(ADDRESSES)
def test_the_address_of_a_page_stays_as_it_is(url: str) -> None:
    assert page(page(url)) == page(url) != ""
    assert page(canonical(url)) == page(url)


@given(st.text())
def test_no_text_is_more_than_it_can_bear(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
    assert page(page(text)) == page(text)
