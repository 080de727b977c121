from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.analysis.language import Spoken, language_of
from bot.domain.analysis.posts import analyse
from bot.domain.analysis.reading import Reading
from bot.domain.analysis.sentiment import sentiment_of
from bot.domain.analysis.stopwords import STOP_WORDS
from bot.domain.analysis.themes import MOST, themes_of
from bot.domain.folding import fold
from bot.domain.mention import UNKNOWN, Post
from tests.builders import a_post

ENGLISH = "My lamp has not worked since the last update and nobody answers my messages"
FRENCH = "Ma lampe ne marche plus depuis la dernière mise à jour et personne ne me répond"
DUTCH = "De lamp werkt niet meer sinds de laatste update, echt heel vervelend voor ons allemaal"


@pytest.mark.parametrize(
    ("text", "tag", "language"),
    [
        (ENGLISH, None, "en"),
        (FRENCH, None, "fr"),
        (FRENCH, "fr-FR", "fr"),
        (FRENCH, "fra", "fr"),
        (FRENCH, "en", "fr"),
        ("Encore une panne ce matin", "en", "fr"),
        ("Ma lampe est encore en panne, quelle honte", "en", "fr"),
        ("My lamp is broken again, I hate it", "fr", "en"),
        ("Pizza Napoli, Roma", "en", "en"),
        ("MA LAMPE EST EN PANNE C'EST UNE HONTE", None, "fr"),
        ("THIS LAMP IS TERRIBLE AND BROKEN", None, "en"),
        ("😡😡😡", None, "unknown"),
        (DUTCH, None, "nl"),
        ("Oh no", None, "en"),
        ("Hm", None, "unknown"),
        ("Hm", "fr", "fr"),
        ("Troppo bello, grazie", None, "unknown"),
        ("RT @ann: Love it http", "fr", "fr"),
        ("Encore une #panne", None, "fr"),
        ("QUE VERGONHA ESSA EMPRESA", None, "unknown"),
        ("Love it", "en-GB", "en"),
        ("Hm", "xx", "unknown"),
        ("Hm", "not a language", "unknown"),
        ("Trop cool #lumo @alice https://example.org/en/the-best-lamp-of-the-year", "fr", "fr"),
        ("#lumo @alice https://example.org/the-best-lamp-of-the-year", None, "unknown"),
        ("", None, "unknown"),
    ],
)
def test_a_language_is_told_or_left_unknown(text: str, tag: str | None, language: str) -> None:
    assert language_of(text, ("en", "fr", "de"), tag).language == language


def test_threads_that_ask_at_once_get_the_same_answer() -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda _: language_of(FRENCH, ("en", "fr")), range(16))
        assert {answer.language for answer in answers} == {"fr"}


@settings(deadline=None)
@given(st.text(max_size=300), st.none() | st.text(max_size=8))
def test_any_text_has_a_language_or_none(text: str, tag: str | None) -> None:
    spoken = language_of(text, ("en", "fr"), tag)
    assert 2 <= len(spoken.language) <= len("unknown")
    assert spoken.confidence is None or 0 < spoken.confidence <= 1
    assert spoken.language != UNKNOWN or spoken.confidence is None


def test_a_language_is_the_surer_the_more_is_said() -> None:
    little, much = (language_of(text, ("en", "fr")) for text in ("Encore une", FRENCH))
    assert little.confidence is not None
    assert much.confidence is not None
    assert 0.2 < little.confidence < much.confidence
    assert much.confidence > 0.99


def test_the_confidence_of_a_language_taken_from_the_tag_is_not_known() -> None:
    assert language_of("Hm", ("en", "fr"), "en") == Spoken("en", None)


def test_a_language_that_is_rarely_posted_in_must_be_likelier_by_far() -> None:
    assert language_of("Che bella sorpresa", ("it", "en")).language == "it"
    assert language_of("Tudo bem por aqui", ("pt", "en")).language == "pt"


def test_a_complaint_names_the_words_that_weighed_most() -> None:
    found = sentiment_of("This is the WORST lamp, I hate it. Nice box.", "en")
    assert found is not None
    assert found.score < -0.5
    assert [(word.word, word.weight < 0) for word in found.words] == [
        ("WORST", True), ("hate", True), ("Nice", False),
    ]  # fmt: skip


def test_a_negation_is_shown_with_what_it_turns() -> None:
    found = sentiment_of("The app is not good", "en")
    assert found is not None
    assert [(word.word, word.weight < 0) for word in found.words] == [("not good", True)]


def test_an_emoji_weighs_as_the_emoji_that_stands_in_the_post() -> None:
    found = sentiment_of("3 am 😠", "en")
    assert found is not None
    assert found.words[0].word == "😠"


def test_an_unread_language_is_unknown_and_not_neutral() -> None:
    assert sentiment_of(DUTCH, "nl") is None
    assert sentiment_of(FRENCH, "unknown") is None


@pytest.mark.parametrize("text", ["", "https://lumo.example/worst", "@lumo #lumo", "42 !"])
def test_a_post_without_a_word_to_read_is_unknown_and_not_neutral(text: str) -> None:
    assert analyse(a_post(title="", text=text, language="en"), Reading()).sentiment is None


def test_a_lone_emoji_that_says_something_is_heard() -> None:
    found = analyse(a_post(title="", text="😠", language="en"), Reading()).sentiment
    assert found is not None
    assert found.score < 0


def test_a_wrong_tag_makes_no_french_complaint_neutral() -> None:
    told = a_post(title="", text="Lumo c'est vraiment nul, je déteste", language="en")
    found = analyse(told, Reading()).sentiment
    assert found is not None
    assert found.score < -0.5


def test_an_endless_text_is_scored_by_its_beginning() -> None:
    assert sentiment_of("bad " * 100_000, "en") == sentiment_of("bad " * 500, "en")


def test_themes_are_content_words_and_pairs_without_the_brand() -> None:
    text = "Lumo's battery life is awful. Battery life! @lumo https://example.org/battery 2024"
    assert themes_of(text, ("Lumo",)) == ("battery life", "battery", "life", "awful")


def test_pairs_do_not_reach_over_the_end_of_a_sentence() -> None:
    assert "lamp refund" not in themes_of("Broken lamp. Refund please")


def test_french_themes_are_folded_and_lose_their_articles() -> None:
    themes = themes_of("La mise à jour fait clignoter l'écran")
    assert themes == ("mise a jour", "clignoter", "ecran")


@given(st.text(max_size=400))
def test_themes_are_few_folded_and_distinct(text: str) -> None:
    themes = themes_of(text, ("lumo",))
    assert len(set(themes)) == len(themes) <= MOST
    assert all(fold(theme) == theme and theme not in STOP_WORDS for theme in themes)


def test_stop_words_are_folded() -> None:
    assert {word for word in STOP_WORDS if fold(word) != word} == set()


def test_a_post_is_read_with_its_title() -> None:
    post = Post(
        source="forum",
        id="1",
        url="",
        title="Terrible lamp",
        text="It stopped after one day and support never answered me.",
        author="ann",
        at=datetime(2026, 3, 1, tzinfo=UTC),
        followers=1_000,
    )
    found = analyse(post, Reading(), brand_words=("lumo",))
    assert found.language == "en"
    assert found.sentiment is not None
    assert found.sentiment.words[0].word == "Terrible"
    assert "terrible lamp" in found.themes
    assert found.reach == 101
