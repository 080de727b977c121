"""What rises: what is spoken of more than the past accounts for, told apart from chance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.clusters import clusters
from bot.domain.drivers import drivers
from bot.domain.mention import Analysis, Mention
from bot.domain.rising import FEWEST, RISING, Past
from tests.builders import a_mention, a_post

PAST = Past(counts={"delivery": 20, "price": 5}, total=100)


def about(number: int, *themes: str, listed: tuple[str, ...] = ()) -> Mention:
    words = f"{' '.join(themes)} {number}"
    return a_mention(
        id=words,
        post=a_post(id=words, text=words, author=f"@{number}"),
        analysis=Analysis(language="en", sentiment=None, themes=(*listed, *themes), listed=listed),
    )


@pytest.mark.parametrize(
    ("theme", "seen", "of", "rises"),
    [
        ("delivery", 20, 100, False),
        ("delivery", 24, 100, False),
        ("delivery", 50, 100, True),
        ("price", 20, 100, True),
        ("smoke", 2, 100, False),
        ("smoke", 12, 100, True),
        ("delivery", 0, 100, False),
    ],
)
def test_a_theme_rises_where_chance_does_not_explain_it(
    theme: str, seen: int, of: int, rises: bool
) -> None:
    assert PAST.is_rising(theme, seen, of) is rises


def test_nothing_rises_against_a_past_that_is_hardly_known() -> None:
    past = Past(total=FEWEST - 1)
    assert past.rise("smoke", 30, 40) > RISING
    assert not past.is_rising("smoke", 30, 40)


def test_the_same_growth_is_surer_the_more_was_said() -> None:
    few = Past(counts={"delivery": 2}, total=20).rise("delivery", 4, 20)
    many = Past(counts={"delivery": 200}, total=2000).rise("delivery", 400, 2000)
    assert 0 < few < RISING < many


def test_the_rise_is_the_root_of_g_squared() -> None:
    past = Past(counts={"delivery": 9}, total=80)  # with the prior: 10 of 100
    assert past.rise("delivery", 30, 100) == pytest.approx(13.0**0.5, abs=0.05)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_more_mentions_of_a_theme_never_make_it_rise_less(
    seen: int, others: int, before: int, others_before: int
) -> None:
    past = Past(counts={"theme": before}, total=before + others_before)
    of = seen + others + 1
    assert past.rise("theme", seen, of) <= past.rise("theme", seen + 1, of) + 1e-6


def test_a_theme_of_a_list_keeps_its_name_and_goes_before_its_words() -> None:
    posts = [about(n, "parcel late", "parcel", "late", listed=("delivery",)) for n in range(6)]
    found = clusters(posts, Past(), 3)
    assert [(one.theme, len(one.mentions)) for one in found] == [("delivery", 6)]


def test_what_makes_a_spike_goes_before_what_is_always_said_even_of_a_list() -> None:
    usual = [about(n, "parcel", listed=("delivery",)) for n in range(60)]
    now = [about(n, "parcel", listed=("delivery",)) for n in range(100, 106)]
    new = [about(n, "flashing") for n in range(200, 212)]
    assert drivers([*now, *new], usual).themes == ("flashing",)
