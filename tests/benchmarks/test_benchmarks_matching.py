"""What the figures about ambiguous names rest on."""

from __future__ import annotations

import pytest

from benchmarks.ambiguous import BRANDS, Brand
from benchmarks.matching import made, measured
from bot.domain.conditions import narrowed
from bot.domain.query import parse


@pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: brand.name)
def test_every_condition_can_be_read_and_contradicts_nothing(brand: Brand) -> None:
    assert narrowed(parse(brand.query), brand.conditions)[1] == ()


def test_the_same_posts_are_made_each_time_and_half_are_about_the_company() -> None:
    told = made(BRANDS[0], 100)
    assert told == made(BRANDS[0], 100)
    assert sum(one.about for one in told) == 50


def test_each_condition_makes_what_is_heard_more_right() -> None:
    found = {(one.brand, one.way): one for one in measured(400)}
    for brand in BRANDS:
        anywhere, query, out, _, all_ = (found[brand.name, way] for way in _ways())
        assert anywhere.precision < query.precision < out.precision < all_.precision
        assert query.recall == out.recall == 1.0
        assert all_.recall >= 0.7


def _ways() -> tuple[str, ...]:
    return (
        "the name, anywhere",
        "its query",
        "and without, noise",
        "and needs",
        "and all of these",
    )
