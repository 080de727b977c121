"""The pictures of a trend and of a comparison: what stands in them, in the reader's language."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.about import About
from bot.domain.detection import Evidence
from bot.domain.replay import Ring
from bot.domain.shares import Compared, Share
from bot.domain.trends import Felt, Peak, Step, Trend, spans
from bot.domain.usualdays import Usual
from bot.i18n import Voice
from bot.pictures.chart import WIDTH, Scale
from bot.pictures.compare import MOST, compare_alt, compare_svg
from bot.pictures.png import png
from bot.pictures.trend import NUMBERED, trend_alt, trend_svg, trend_words
from bot.slack.blocks.trend import about_plain
from tests.builders import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARIS = ZoneInfo("Europe/Paris")
ENGLISH, FRENCH = Voice("en", PARIS), Voice("fr", PARIS)
SVG = "{http://www.w3.org/2000/svg}"


def a_peak(began: datetime, seen: int = 20, theme: str = "battery") -> Peak:
    evidence = Evidence(
        window_start=began,
        window_end=began + HOUR,
        seen=seen,
        expected=2,
        low=0,
        high=6,
        once_in_days=90,
        known_days=20,
        sensitivity=7,
    )
    ring = Ring(evidence=evidence, last=began + HOUR, peak=seen, over=True)
    return Peak(ring, About(themes=(theme,) if theme else ()))


def a_trend(days: int = 30, peaks: tuple[Peak, ...] | None = None, **changes: int | None) -> Trend:
    """Ten mentions a day, three of them negative, one spike."""
    shown = spans(days * DAY, NOW, PARIS)
    steps = tuple(
        Step(span=span, seen=10, whole=n != 4, usual=Usual(9, 4, 15), felt=Felt(3, 10))
        for n, span in enumerate(shown)
    )
    found = Trend(
        watch="Lumo",
        length=days * DAY,
        steps=steps,
        peaks=(a_peak(shown[7].at + 8 * HOUR),) if peaks is None else peaks,
        before=250,
        alike_from=None,
    )
    return replace(found, **changes)


def drawn(trend: Trend, voice: Voice = ENGLISH) -> ET.Element:
    return ET.fromstring(trend_svg(trend, partial(about_plain, voice=voice), voice))  # noqa: S314


def a_comparison(*names: str, counts: int = 10) -> Compared:
    shown = spans(10 * DAY, NOW, PARIS)
    return Compared(
        length=10 * DAY,
        spans=shown,
        shares=tuple(
            Share(watch=name, counts=(counts * (n + 1),) * 10, felt=Felt(2, 10), before=None)
            for n, name in enumerate(names)
        ),
    )


def beside(found: Compared, voice: Voice = ENGLISH) -> ET.Element:
    return ET.fromstring(compare_svg(found, voice))  # noqa: S314


def texts(picture: ET.Element) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text")]


def marks(picture: ET.Element, look: str) -> list[ET.Element]:
    return [one for one in picture.iter() if look in (one.get("class") or "").split()]


def test_the_sentence_that_matters_stands_on_top() -> None:
    assert trend_words(a_trend(), ENGLISH) == (
        "300 mentions in 30 days, 20% more than in the same time before · 1 spike · 30% negative."
    )
    told = " ".join(texts(drawn(a_trend())))
    assert "300 mentions in 30 days, 20% more than in the same time before" in told


def test_it_says_when_there_is_nothing_to_hold_it_against() -> None:
    assert trend_words(a_trend(before=None, peaks=()), ENGLISH) == (
        "300 mentions in 30 days · no spike · 30% negative."
    )
    assert "20% fewer" in trend_words(a_trend(before=375), ENGLISH)
    assert "as many as" in trend_words(a_trend(before=300), ENGLISH)


def test_each_day_has_its_bar_and_its_mood() -> None:
    picture = drawn(a_trend())
    assert len(marks(picture, "seen")) == 30 + 1, "and the sign in the legend"
    assert len(marks(picture, "negative")) == 30
    assert len(marks(picture, "unseen")) == 1 + 1
    assert len(marks(picture, "band")) == len(marks(picture, "due")) + 1 == 2


def test_a_day_of_few_posts_has_no_mood() -> None:
    trend = a_trend()
    few = replace(trend.steps[0], felt=Felt(1, 2))
    none = replace(trend.steps[1], felt=Felt(0, 10))
    picture = drawn(replace(trend, steps=(few, none, *trend.steps[2:])))
    assert len(marks(picture, "negative")) == 29


def test_a_spike_has_a_number_by_which_it_is_named() -> None:
    picture = drawn(a_trend())
    assert [mark.text for mark in marks(picture, "number")] == ["1"]
    assert "1: 2 Nov, 08:00, 20 in an hour – battery" in texts(picture)


def test_the_greatest_spikes_are_named_and_the_others_marked() -> None:
    began = a_trend().since
    peaks = tuple(a_peak(began + n * DAY, 10 + n) for n in range(9))
    picture = drawn(a_trend(peaks=peaks))
    assert [mark.text for mark in marks(picture, "number")] == ["1", "2", "3", "4", "5"]
    assert len(marks(picture, "ring")) == 9 + 1
    assert sum("in an hour" in text for text in texts(picture)) == NUMBERED


def test_spikes_of_one_day_stand_on_each_other_within_the_picture() -> None:
    began = a_trend().since
    picture = drawn(a_trend(peaks=tuple(a_peak(began + n * HOUR) for n in range(5))))
    heights = sorted(float(mark.get("cy") or 0) for mark in marks(picture, "ring")[1:])
    assert all(upper + 20 <= lower for upper, lower in pairwise(heights))
    top = min(float(mark.get("y") or 0) for mark in marks(picture, "unseen")[1:])
    assert heights[0] >= top - 1


def test_a_day_is_told_by_its_hours() -> None:
    hours = spans(DAY, NOW, PARIS)
    steps = tuple(Step(span=span, seen=2, whole=True, usual=None, felt=Felt()) for span in hours)
    trend = replace(a_trend(), steps=steps, length=DAY, peaks=(), before=None)
    assert trend_words(trend, ENGLISH) == "48 mentions in 1 day · no spike."
    assert any(":00" in text for text in texts(drawn(trend)))


def test_it_is_drawn_in_french() -> None:
    said = texts(drawn(a_trend(), FRENCH))
    assert "Tendance\u00a0: Lumo" in said
    assert "1\u00a0: 2 nov., 08:00, 20 en une heure – batterie" in said


def test_who_does_not_see_it_is_told_what_it_shows() -> None:
    naming = partial(about_plain, voice=ENGLISH)
    told = {one.get("id"): one.text for one in drawn(a_trend()) if one.get("id")}
    assert told["told"] == trend_alt(a_trend(), naming, ENGLISH)
    assert "300 mentions in 30 days" in (told["told"] or "")
    assert "1: 2 Nov, 08:00, 20 in an hour – battery." in (told["told"] or "")


def test_letters_are_large_enough_for_a_phone() -> None:
    style = next(drawn(a_trend()).iter(f"{SVG}style")).text or ""
    assert WIDTH <= 640
    assert "font-size:18px" in style, "some ten points on a phone of 360"


def test_every_line_of_text_is_within_the_picture() -> None:
    long = a_peak(a_trend().since, theme="a theme of a great many words that goes on and on")
    for picture in (
        drawn(a_trend(peaks=(long,)), FRENCH),
        beside(a_comparison(*(f"a watch with a long name {n} and more" for n in range(MOST)))),
    ):
        for text in picture.iter(f"{SVG}text"):
            if text.get("text-anchor") == "start" and text.get("class") != "title":
                assert float(text.get("x") or 0) + 10.2 * len(text.text or "") <= WIDTH + 20


def test_each_watch_has_its_band_and_its_words() -> None:
    picture = beside(a_comparison("Lumo", "Rival"))
    assert len(marks(picture, "w1")) == len(marks(picture, "w2")) == 10 + 1
    assert "Lumo: 33% (100 mentions, 20% negative)" in texts(picture)
    assert "Rival: 67% (200 mentions, 20% negative)" in texts(picture)


def test_names_stand_in_the_order_of_the_bands() -> None:
    said = [text for text in texts(beside(a_comparison("Lumo", "Rival", "Third"))) if ":" in text]
    assert [text.split(":")[0] for text in said] == ["Third", "Rival", "Lumo"]


def test_bands_of_a_day_fill_it() -> None:
    picture = beside(a_comparison("Lumo", "Rival"))
    first = [marks(picture, look)[1] for look in ("w1", "w2")]
    heights = sum(float(bar.get("height") or 0) + 1 for bar in first)
    assert heights == pytest.approx(240, abs=0.5)


def test_a_comparison_is_told_in_words_as_well() -> None:
    assert compare_alt(a_comparison("Lumo", "Rival"), ENGLISH) == (
        "Share of voice in 10 days. Rival: 67% (200 mentions, 20% negative); "
        "Lumo: 33% (100 mentions, 20% negative)."
    )


def test_days_on_which_nothing_was_said_are_empty() -> None:
    picture = beside(a_comparison("Lumo", "Rival", counts=0))
    assert len(marks(picture, "w1")) == 1


@given(
    name=st.text(max_size=60), seen=st.integers(0, 10**7), voice=st.sampled_from([ENGLISH, FRENCH])
)
def test_whatever_a_watch_is_called_it_is_well_formed(name: str, seen: int, voice: Voice) -> None:
    trend = a_trend(peaks=(a_peak(a_trend().since, seen, theme=name),))
    step = replace(trend.steps[0], seen=seen)
    drawn(replace(trend, watch=name, steps=(step, *trend.steps[1:])), voice)
    beside(a_comparison(name, "Lumo"), voice)


@pytest.mark.parametrize("days", [2, 7, 92])
def test_they_are_rendered(days: int) -> None:
    naming = partial(about_plain, voice=ENGLISH)
    assert png(trend_svg(a_trend(max(8, days)), naming, ENGLISH)).startswith(b"\x89PNG\r\n")
    assert png(compare_svg(a_comparison("Lumo", "東京"), ENGLISH)).startswith(b"\x89PNG\r\n")


@given(most=st.floats(0, 1e7))
def test_a_scale_reaches_what_it_is_for_in_few_round_steps(most: float) -> None:
    scale = Scale(most, 0, 100)
    assert scale.most >= most
    assert scale.most / scale.step <= 4
