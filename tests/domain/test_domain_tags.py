"""By which tags a campaign is known, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.tags import kept_link, link_of, marks_in, marks_of, tag_of

ANYTHING = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)


def bears(marks: object, tag: str) -> bool:
    found = tag_of(tag)
    return found is not None and marks.bear(found)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("tag", "told", "url"),
    [
        ("utm_campaign=autumn", "autumn", ""),
        ("utm_campaign=autumn", "utm_campaign=Autumn", ""),
        ("utm_campaign=autumn", "", "https://lumo.example/x?a=1&utm_campaign=AUTUMN#top"),
        ("utm_campaign=Été 26", "", "https://lumo.example/?utm_campaign=%C3%A9t%C3%A9+26"),
        ("autumn", "", "http://lumo.example/?mtm_campaign=autumn"),
        ("autumn", "autumn", ""),
        ("autumn", "#Autumn", ""),
        ("ref=post7", "", "https://lumo.example/?ref=post7"),
        ("#LumoAutumn", "#lumoautumn", ""),
        ("#LumoAutumn", "lumoautumn", ""),
        ("lumo.example/autumn", "", "https://www.lumo.example/Autumn/lamps?x=1"),
        ("https://lumo.example/autumn/", "lumo.example/autumn", ""),
        ("lumo.example/?utm_campaign=autumn", "", "https://lumo.example/a?utm_campaign=autumn&x=1"),
    ],
)
def test_a_conversion_bears_a_tag(tag: str, told: str, url: str) -> None:
    assert bears(marks_of(told, url), tag)


@pytest.mark.parametrize(
    ("tag", "told", "url"),
    [
        ("utm_campaign=autumn", "", "https://lumo.example/?utm_source=autumn"),
        ("utm_campaign=autumn", "", "https://lumo.example/?utm_campaign=autumn2"),
        ("utm_campaign=autumn", "#autumn", ""),
        ("autumn", "", "https://lumo.example/autumn"),
        ("#autumn", "autumn2", ""),
        ("lumo.example/autumn", "", "https://lumo.example/autumns"),
        ("lumo.example/autumn", "", "https://shop.lumo.example/autumn"),
        ("lumo.example/?utm_campaign=autumn", "", "https://lumo.example/"),
        ("#autumn", "", ""),
    ],
)
def test_a_conversion_does_not_bear_a_tag(tag: str, told: str, url: str) -> None:
    assert not bears(marks_of(told, url), tag)


def test_a_post_bears_its_hashtags_and_the_links_in_it_and_beside_it() -> None:
    text = "Ma lampe ! #LumoAutomne (voir https://lumo.example/autumn/7)."

    assert bears(marks_in(text), "#lumoautomne")
    assert bears(marks_in(text), "lumo.example/autumn")
    assert bears(marks_in("", ["LumoAutumn"]), "#lumoautumn")
    assert bears(
        marks_in("", (), ["https://x.example/?utm_campaign=autumn"]), "utm_campaign=autumn"
    )
    assert not bears(marks_in("a lumoautumn page/#lumoautumn"), "#lumoautumn")


def test_nothing_is_no_tag() -> None:
    assert [tag_of(one) for one in ("", " ", "#", "?")] == [None] * 4


def test_of_a_link_no_more_is_kept_than_tells_a_campaign() -> None:
    kept = kept_link("https://ada@lumo.example/a?email=ada@x.example&utm_campaign=autumn&ref=2#me")

    assert kept == "https://lumo.example/a?utm_campaign=autumn&ref=2"
    assert kept_link("no link") == ""


@given(ANYTHING, ANYTHING)
@example("https://[", "//?=")
@example("a.b/?=&", "?a=")
def test_whatever_is_written_is_compared_without_harm(tag: str, url: str) -> None:
    bears(marks_of(tag, url), tag)
    bears(marks_in(url, [tag], [url]), tag)
    assert kept_link(kept_link(url)) == kept_link(url)


@given(ANYTHING)
def test_what_is_told_word_for_word_is_borne(tag: str) -> None:
    if tag_of(tag) is not None:
        assert bears(marks_of(tag), tag)


@given(ANYTHING.filter(str.strip))
def test_case_makes_no_difference(tag: str) -> None:
    assert tag_of(tag.lower()) == tag_of(tag.lower().casefold())


@given(st.sampled_from(["", "https://", "http://www."]), st.sampled_from(["", "/"]))
def test_the_ways_of_writing_an_address_are_one(scheme: str, slash: str) -> None:
    assert link_of(f"{scheme}lumo.example/a{slash}") == link_of("lumo.example/a")
