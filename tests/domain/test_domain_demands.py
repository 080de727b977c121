"""Whether a post asks for something, and in which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.demands import LONGEST, Demand, asks, demand_of

BRAND = ("lumo",)


def asked(text: str, language: str = "en") -> Demand:
    found = demand_of(text, language, BRAND)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Please add a dark mode to the Lumo app.", "en"),
        ("Why can't I change the battery?", "en"),
        ("I'd love a longer cable", "en"),
        ("A longer cord would be so nice. 1.2 metres is nothing.", "en"),
        ("Lumo needs a timer.", "en"),
        ("Does Lumo plan a smaller one?", "en"),
        ("Il manque un mode sombre dans l'appli", "fr"),
        ("On aimerait un thème sombre, s'il vous plaît !", "fr"),
        ("Ce serait bien de pouvoir payer en plusieurs fois", "fr"),
        ("Est-ce que vous prévoyez un câble plus long ?", "fr"),
        ("À quand HomeKit ?", "fr"),
    ],
)
def test_a_wish_is_heard(text: str, language: str) -> None:
    found = asked(text, language)
    assert (found.kind, found.asks) == ("wish", True)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The Lumo app keeps crashing on my phone", "en"),
        ("Bluetooth doesn’t work anymore", "en"),
        ("Depuis la mise à jour le Bluetooth ne marche plus.", "fr"),
        ("L'appli plante au démarrage", "fr"),
    ],
)
def test_a_bug_is_heard(text: str, language: str) -> None:
    found = asked(text, language)
    assert (found.kind, found.asks) == ("bug", True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How do I reset my Lumo?", "question"),
        ("@lumo where is my order 4711?", "question"),
        ("Please cancel my order", "question"),
        ("Aidez-moi svp, ma facture est fausse", "question"),
        ("Lumo, could you offer me a refund", "wish"),
        ("Please add my name to order no. 47112", "wish"),
        ("Thank you for the new dark mode!", "praise"),
        ("What a joke, this is the worst lamp ever", "complaint"),
    ],
)
def test_what_raises_no_card_has_its_kind_all_the_same(text: str, kind: str) -> None:
    found = asked(text)
    assert (found.kind, found.asks) == (kind, False)


@pytest.mark.parametrize(
    "text",
    [
        "Reading by the light of my Lumo.",
        "I don't need dark mode, I need sleep.",
        "Thanks for adding a timer.",
        "We would love to meet you at our stand on Friday.",
        "Retweet and follow us to win a Lumo!",
        "Pas besoin de mode sombre.",
        "",
    ],
)
def test_what_only_sounds_like_a_wish_is_none(text: str) -> None:
    found = demand_of(text, "unknown", BRAND)
    assert found is None or not found.asks


def test_the_sentence_that_asks_is_told_as_it_was_written() -> None:
    found = asked("Bought two of them.  Please add a *timer*, Lumo!  Bye")
    assert found.sentence == "Please add a *timer*, Lumo!"


def test_what_is_asked_stands_behind_the_asking_or_before_it_where_nothing_is_behind() -> None:
    assert asked("My nights are short, please add a dark mode").words == ("a", "dark", "mode")
    assert asked("A lock screen widget would be great, Lumo").words == (
        "a", "lock", "screen", "widget",
    )  # fmt: skip


def test_a_request_that_names_nothing_is_about_what_was_said_before_it() -> None:
    found = asked("The cable is far too short. Please make it longer!")
    assert {"cable", "short"} <= set(found.beside)


def test_the_brand_may_be_called_anything() -> None:
    assert demand_of("Zorg should offer refills", "en", ("zorg",)) is not None
    assert demand_of("Zorg should offer refills", "en") is None


def test_a_question_may_be_a_demand_and_a_case_of_ones_own_never_is() -> None:
    assert asked("Is it possible to pay in instalments?").may_ask
    assert not asked("Where is my order, Lumo?").may_ask


def test_nothing_is_told_of_a_language_that_is_not_read() -> None:
    assert demand_of("Bitte, please add einen dunklen Modus", "de") is None


def test_the_quick_look_sees_what_asks_and_overlooks_what_is_torn_apart() -> None:
    assert asks("Lumo, please add a dark mode", BRAND)
    assert asks("J'aimerais, chez Lumo, un câble plus long", BRAND)
    assert asks("Lumo needs a timer", BRAND)
    assert not asks("The pleased adder of Lumo", BRAND)
    assert not asks("Please,  add a dark mode", BRAND)
    assert asked("Please,  add a dark mode").asks


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    asks(text, BRAND)
    found = demand_of(text, "unknown", BRAND)
    assert found is None or len(found.sentence) <= LONGEST


@given(
    st.lists(
        st.sampled_from(
            (
                "please",
                "add",
                "a",
                "timer",
                ".",
                "?",
                "il manque",
                "can't",
                "\n",
                "lumo",
            )
        ),
        max_size=20,
    )
)
def test_words_of_asking_in_any_order_are_read(words: list[str]) -> None:
    text = " ".join(words)
    found = demand_of(text, "en", BRAND)
    assert found is None or found.sentence
