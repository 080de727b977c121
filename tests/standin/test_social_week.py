"""The week is the same for the same seed, reads like people, and feels as its scenes should."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise, takewhile

import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bot.standin.social import scenes
from bot.standin.social.past import PARIS, evening_days
from bot.standin.social.phrases import fill, moods
from bot.standin.social.posts import (
    FORUM,
    HACKER_NEWS,
    MAGAZINE,
    MASTODON,
    Act,
    Draft,
    PlaceName,
    Record,
)
from bot.standin.social.week import acts, before, history, phase_at
from bot.standin.social.writing import Writer, seeded

NOW = datetime(2026, 3, 12, 16, 20, tzinfo=UTC)
SEEDS = (1, 7, 2026)

Feel = Callable[[str], float]


@pytest.fixture(scope="module")
def feel() -> Feel:
    analyser = SentimentIntensityAnalyzer()
    return lambda text: float(analyser.polarity_scores(text)["compound"])


def _first_minutes(seed: int, seconds: float = 400) -> list[Act]:
    return list(takewhile(lambda act: act.offset < seconds, acts(seed)))


def _first(played: Sequence[Act]) -> list[Act]:
    """The one complaint before the launch."""
    return _between(played, scenes.FIRST_COMPLAINT, scenes.FIRST_COMPLAINT + 0.1)


def _between(played: Sequence[Act], start: float, end: float) -> list[Act]:
    return [act for act in played if start <= act.offset < end]


def _of_the_brand(seed: int) -> list[Record]:
    """The ordinary posts about Lumo that are on record."""
    return [one for one in history(seed, NOW) if one.draft.key.startswith("history/")]


def _everything(seed: int) -> list[tuple[PlaceName, Draft]]:
    record = [(one.place, one.draft) for one in history(seed, NOW)]
    return record + [(act.place, act.draft) for act in _first_minutes(seed)]


def test_the_same_seed_and_moment_give_the_same_week() -> None:
    assert history(7, NOW) == history(7, NOW)
    assert _first_minutes(7) == _first_minutes(7)
    assert _first_minutes(7) != _first_minutes(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_seven_days_are_on_record_in_order(seed: int) -> None:
    record, everything = _of_the_brand(seed), history(seed, NOW)

    assert list(everything) == sorted(everything, key=lambda one: one.at)
    assert 300 < len(everything) - len(record) < 600, "others are spoken of as well"
    assert 600 <= len(record) <= 850
    assert [one.at for one in record] == sorted(one.at for one in record)
    assert NOW - timedelta(days=7) <= record[0].at < record[-1].at < NOW
    assert {one.place for one in record} == {FORUM, MAGAZINE, MASTODON, HACKER_NEWS}


@pytest.mark.parametrize("seed", SEEDS)
def test_nights_are_quieter_than_afternoons(seed: int) -> None:
    hours = Counter(one.at.hour for one in _of_the_brand(seed))

    night, afternoon = (sum(hours[hour] for hour in span) for span in (range(1, 6), range(13, 18)))
    assert night * 3 < afternoon


@pytest.mark.parametrize("seed", SEEDS)
def test_two_thirds_of_the_record_are_english_and_the_rest_is_french(seed: int) -> None:
    languages = Counter(one.draft.language for one in _of_the_brand(seed))

    assert 0.58 < languages["en"] / languages.total() < 0.72


@pytest.mark.parametrize("seed", SEEDS)
def test_people_seldom_repeat_each_other_and_some_mean_another_lumo(seed: int) -> None:
    texts = [one.draft.text.lower() for one in _of_the_brand(seed)]

    assert len(set(texts)) > 0.95 * len(texts)
    assert any("lumo wallet" in text for text in texts)
    assert any("lumometer" in text for text in texts)


def test_an_answer_follows_what_it_answers_at_the_same_place() -> None:
    written: dict[str, PlaceName] = {}
    for place, draft in _everything(7):
        if draft.answers:
            assert written[draft.answers] == place
        written[draft.key] = place


def test_everybody_keeps_their_followers_from_scene_to_scene() -> None:
    people = {draft.author for _, draft in _everything(7)}

    assert len(people) == len({author.handle for author in people}) > 80


def test_the_last_acts_are_a_complaint_a_launch_and_a_crisis_then_calm_for_ever() -> None:
    played = _first_minutes(7, 3_600)

    assert [act.offset for act in played] == sorted(act.offset for act in played)
    assert [act.draft.language for act in _first(played)] == ["en"]
    assert len(_between(played, *scenes.LAUNCH)) == 35
    assert len(_between(played, *scenes.CRISIS)) == 84
    after = _between(played, scenes.CRISIS[1] + 1, 3_600)
    calm = [act.offset for act in after if act.draft.key.startswith("background/")]
    assert all(20 <= after - before <= 30 for before, after in pairwise(calm))
    assert [phase_at(second) for second in (0, *scenes.LAUNCH, *scenes.CRISIS)] == [
        "quiet", "launch", "calm", "crisis", "calm",
    ]  # fmt: skip


def test_thirteen_people_ask_for_one_thing_three_of_them_before_the_last_acts() -> None:
    asked = [one.draft for one in history(7, NOW) if one.draft.key.startswith("asked/")]
    played = [act for act in _first_minutes(7) if act.draft.key.startswith("wishes/")]

    assert all(scenes.LAUNCH[1] < act.offset < scenes.CRISIS[0] for act in played)
    people = {one.author for one in (*asked, *(act.draft for act in played))}
    assert len(people) == len(asked) + len(played) == 13
    assert Counter(act.draft.language for act in played) == {"en": 6, "fr": 4}


def test_a_campaign_of_ten_days_brought_four_for_ten_of_ordinary_days() -> None:
    earlier = before(7, NOW)
    first, last = evening_days(NOW)
    brought = [one for one in earlier if one.draft.key.startswith("evenings/")]
    ordinary = [one for one in earlier if one.draft.key.startswith("past/")]

    assert NOW - timedelta(days=42) <= earlier[0].at < earlier[-1].at < NOW - timedelta(days=7)
    assert (last - first).days + 1 == 10
    assert {one.at.astimezone(PARIS).date() for one in brought} == {
        first + timedelta(days=n) for n in range(10)
    }
    assert all("#autumnevenings" in one.draft.text.lower() for one in brought)
    assert 0.3 < (len(brought) / 10) / (len(ordinary) / 35) < 0.5


def test_others_are_spoken_of_now_and_then_while_the_last_acts_are_played() -> None:
    others = ("now norda/", "now trade/")
    times = [act.offset for act in _first_minutes(7, 3_600) if act.draft.key.startswith(others)]

    assert all(later - earlier >= 150 for earlier, later in pairwise(times))
    assert 15 <= len(times) <= 24


def test_the_crisis_is_passed_on_by_somebody_whom_many_hear() -> None:
    crisis = _between(_first_minutes(7), *scenes.CRISIS)

    reshares = [act for act in crisis if act.draft.shares]
    assert [act.draft.author.followers for act in reshares] == [48_000]
    assert reshares[0].draft.shares == crisis[0].draft.key


@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_complaint_and_a_dozen_of_the_crisis_are_clearly_negative(
    seed: int, feel: Feel
) -> None:
    played = _first_minutes(seed)

    (first,) = _first(played)
    assert feel(first.draft.text) <= -0.5
    crisis = [act.draft for act in _between(played, *scenes.CRISIS)]
    english = [draft for draft in crisis if draft.language == "en"]
    assert sum(feel(draft.text) <= -0.5 for draft in english) >= 12
    assert sum(draft.language == "fr" for draft in crisis) >= 15


@pytest.mark.parametrize("seed", SEEDS)
def test_the_launch_is_mostly_glad(seed: int, feel: Feel) -> None:
    launch = [act.draft for act in _between(_first_minutes(seed), *scenes.LAUNCH)]

    scores = [feel(draft.text) for draft in launch if draft.language == "en"]
    assert sum(score > 0.3 for score in scores) > 0.7 * len(scores)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quiet_week_hardly_holds_a_clearly_negative_english_post(seed: int, feel: Feel) -> None:
    drafts = [one.draft for one in history(seed, NOW) if one.draft.language == "en"]

    negative = [draft for draft in drafts if feel(f"{draft.title}. {draft.text}") <= -0.5]
    assert len(negative) < 0.02 * len(drafts)


def test_each_ready_complaint_is_clearly_negative_whatever_fills_it(feel: Feel) -> None:
    rng = seeded(1, "complaints")
    for phrase in moods("rain", "en")["complaint"]:
        for _ in range(10):
            assert feel(fill(phrase, "en", rng)[1]) <= -0.5


def test_each_ready_praise_is_clearly_positive_whatever_fills_it(feel: Feel) -> None:
    rng = seeded(1, "praise")
    for phrase in moods("rain", "en")["praise"]:
        for _ in range(10):
            assert feel(fill(phrase, "en", rng)[1]) >= 0.5


def test_a_wave_is_thirty_different_posts_within_fifteen_seconds() -> None:
    played = scenes.wave(7, 1, "fr")

    assert len(played) == len({act.draft.text for act in played}) == 30
    assert all(0 <= act.offset <= 15 for act in played)
    assert {act.draft.language for act in played} == {"fr"}
    assert played != scenes.wave(7, 2, "fr")


def test_there_are_well_over_a_hundred_and_twenty_phrases_and_all_can_be_filled() -> None:
    rng, distinct = seeded(1, "phrases"), set[str]()
    for entry in files("bot.standin.social").joinpath("phrases").iterdir():
        theme, _, language = entry.name.removesuffix(".toml").partition(".")
        if language not in ("en", "fr"):
            continue
        for phrases in tomllib.loads(entry.read_text("utf-8")).values():
            distinct.update(phrases)
            for phrase in phrases:
                text = fill(phrase, "en" if language == "en" else "fr", rng)[1]
                assert text, f"{theme}: {phrase}"
                assert "{" not in text
    assert len(distinct) > 240


def test_words_of_ones_own_are_kept_and_tagged_once_at_mastodon() -> None:
    writer = Writer(1, "own")

    def words(text: str) -> Draft:
        return writer.quote(MASTODON, text, "en")

    assert words("The lamp hums.").text == "The lamp hums. #lumo"
    assert words("My #Lumo hums.").text == "My #Lumo hums."
    assert words("#lumos, maxima").text == "#lumos, maxima #lumo"
