"""French posts are read by rules in VADER's manner, in the ways that people write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.analysis.french import French
from bot.domain.analysis.french_grammar import BUTS, FIGHTING, LESS, MORE, NEGATIONS
from bot.domain.analysis.french_words import LISTS, inflected, lexicon
from bot.domain.analysis.lexicon import entries

NEUTRAL = 0.05
FRENCH = French({})


def score(text: str) -> float:
    return FRENCH.weigh(text).compound


def weighed(text: str) -> dict[str, float]:
    """The words that weigh, as they stand in the text."""
    weighing = FRENCH.weigh(text)
    pairs = zip(weighing.words, weighing.valences, strict=True)
    return {word: valence for word, valence in pairs if valence}


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour @marque, commande passée il y a 3 semaines, toujours rien reçu et aucune réponse.",
        "Service client injoignable depuis lundi, c'est honteux",
        "l'appli plante à chaque ouverture pk vous faites rien ??",
        "jpp de ce réseau, ça marche pas la moitié du temps",
        "Foutage de gueule, 2 heures d'attente pour rien",
        "A éviter absolument, arnaque totale",
        "Plus jamais chez vous",
        "Ras-le-bol des retards de la ligne 13",
        "Colis annoncé livré mais je n'ai rien reçu",
        "On m'a débité deux fois et personne ne répond",
        "Le produit est arrivé cassé et le SAV refuse le remboursement",
        "Toujours en attente de mon remboursement depuis 2 mois, c'est inadmissible",
        "Impossible de se connecter depuis hier",
        "Je ne recommande pas",
        "Ils n'ont même pas la décence de s'excuser",
        "Une catastrophe pour la santé : pollution, mensonges et scandale",
    ],
)
def test_complaints_are_negative(text: str) -> None:
    assert score(text) <= -NEUTRAL


@pytest.mark.parametrize(
    "text",
    [
        "Merci pour votre réponse rapide, au top !",
        "Service client réactif, je recommande vivement",
        "Livraison rapide et produit conforme, très satisfait",
        "C'est pas cher et c'est bon",
        "Aucun problème avec eux depuis 5 ans",
        "Problème résolu en 5 min, merci !",
        "Jamais déçu par cette marque",
        "J'ai hâte d'y retourner",
    ],
)
def test_praise_is_positive(text: str) -> None:
    assert score(text) >= NEUTRAL


@pytest.mark.parametrize(
    "text",
    [
        "La boutique ouvre demain à 10h rue de Rivoli",
        "Quelqu'un sait si le magasin est ouvert dimanche ?",
        "Le train de 8h12 part voie 4",
        "Mon vol de 10h part de la porte 12",
        "Cher client, où puis-je trouver la notice ? Merci d'avance",
        "Réunion du conseil municipal jeudi soir",
        "https://mauvais.example/arnaque vu par @super_nul",
        "",
    ],
)
def test_what_says_nothing_of_the_kind_is_neutral(text: str) -> None:
    assert abs(score(text)) < NEUTRAL


@pytest.mark.parametrize(
    ("good", "turned"),
    [
        ("c'est bon", "ce n'est pas bon"),
        ("c'est bon", "c'est pas bon"),
        ("j'aime", "je n'aime pas"),
        ("j'aime", "j'aime pas"),
        ("un service agréable", "un service jamais agréable"),
        ("un accueil sympathique", "aucun accueil sympathique"),
        ("un service efficace", "un service moins efficace"),
    ],
)
def test_a_negation_turns_a_good_word(good: str, turned: str) -> None:
    assert score(turned) < 0 < score(good)


def test_a_negation_excuses_a_bad_word_and_hardly_praises() -> None:
    assert score("dangereux") < 0 < score("pas dangereux") < score("sûr et pratique")


def test_a_negation_does_not_reach_past_a_stop() -> None:
    assert score("Moi non. Magnifique !") > 0


def test_a_negation_that_turns_nothing_weighs_a_little_by_itself() -> None:
    assert weighed("le technicien n'est pas de la région") == {"pas": -0.8}


def test_pas_terrible_is_bad_and_pas_mal_is_good() -> None:
    assert score("pas terrible") < 0 < score("pas mal")


def test_what_is_fought_is_not_complained_of() -> None:
    assert score("la pollution") < 0 <= score("réduire la pollution")


@pytest.mark.parametrize(
    ("stronger", "than"),
    [
        ("très mauvais", "mauvais"),
        ("vraiment nul", "nul"),
        ("tout simplement MAUVAIS", "tout simplement mauvais"),
        ("c'est nuuuul", "c'est nul"),
        ("c'est nul !", "c'est nul"),
        ("c'est nul !!!", "c'est nul !"),
        ("mauvais", "un peu mauvais"),
        ("mauvais", "plutôt mauvais"),
    ],
)
def test_emphasis_strengthens_and_restraint_weakens(stronger: str, than: str) -> None:
    assert score(stronger) < score(than) < 0


def test_what_follows_mais_counts_for_more() -> None:
    assert score("produit excellent mais service horrible") < 0
    assert score("service horrible mais produit excellent") > 0


def test_applause_for_a_complaint_says_nothing() -> None:
    assert weighed("trois heures de retard, bravo").keys() == {"heures de retard"}
    assert weighed("bravo à toute l'équipe").keys() == {"bravo"}


def test_super_before_a_word_of_the_lexicon_only_strengthens_it() -> None:
    assert weighed("super nul").keys() == {"nul"}
    assert score("super nul") < score("nul")


@pytest.mark.parametrize(
    ("haste", "proper"),
    [
        ("tres decu", "très déçu"),
        ("TRES DECU", "TRÈS DÉÇU"),
        ("deja un scandale a eviter", "déjà un scandale à éviter"),
        ("coup de coeur", "coup de cœur"),
        ("de\u0301c\u0327u", "déçu"),
    ],
)
def test_accents_may_be_missing_or_written_apart(haste: str, proper: str) -> None:
    assert score(haste) == score(proper) != 0


def test_a_word_without_its_accents_is_not_taken_for_another() -> None:
    assert weighed("le marché est sur la place, du côté du mur") == {}


@pytest.mark.parametrize(
    "text", ["l'arnaque", "d’arnaque", "qu'arnaque", "#arnaque", "#GrosseArnaque"]
)
def test_words_are_found_behind_elisions_and_in_hashtags(text: str) -> None:
    assert score(text) < 0


def test_emoji_and_smileys_weigh_as_they_stand() -> None:
    assert weighed("ok 😡 et :( puis 😍") == {"😡": -3.0, ":(": -1.6, "😍": 3.0}


def test_words_are_shown_as_they_stand_in_the_post() -> None:
    assert weighed("Franchement HONTEUX, une Arnaque").keys() == {"HONTEUX", "Arnaque"}


def test_an_idiom_is_shown_whole() -> None:
    post = "Ras-le-bol, j'attends depuis lundi"
    shown = {FRENCH.origin(word, post) for word in weighed(post)}
    assert shown == {"Ras-le-bol", "j'attends depuis"}


def test_an_idiom_is_negated_and_strengthened_as_a_word_is() -> None:
    assert score("très en retard") < score("en retard") < score("jamais en retard")


def test_the_words_of_the_team_go_first() -> None:
    taught = French({"lourd": 2.0, "de ouf": 2.5})
    assert taught.weigh("c'est lourd").compound > 0 > score("c'est lourd")
    assert taught.weigh("un concert de ouf").compound > score("un concert de ouf")


@pytest.mark.parametrize(
    ("word", "kind", "forms"),
    [
        ("panne", "noun", {"panne", "pannes"}),
        ("tuyau", "noun", {"tuyau", "tuyaus"}),
        ("honteux", "adj", {"honteux", "honteuse", "honteuses"}),
        ("illégal", "adj", {"illégal", "illégaux", "illégale", "illégales"}),
        ("mensonger", "adj", {"mensonger", "mensongers", "mensongère", "mensongères"}),
        ("abusif", "adj", {"abusif", "abusifs", "abusive", "abusives"}),
        ("toujours pas", "", {"toujours pas"}),
    ],
)
def test_words_take_the_endings_of_their_kind(word: str, kind: str, forms: set[str]) -> None:
    assert set(inflected(word, kind)) == forms


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("arnaquer", {"arnaque", "arnaquent", "arnaquez", "arnaqué", "arnaquées", "arnaquait"}),
        ("menacer", {"menace", "menaçait", "menaçant", "menacé"}),
        ("déranger", {"dérangeait", "dérangeant", "dérangent"}),
        ("exaspérer", {"exaspère", "exaspèrent", "exaspérez", "exaspéré"}),
        ("ennuyer", {"ennuie", "ennuient", "ennuyez", "ennuyé"}),
        ("trahir", {"trahit", "trahissent", "trahi", "trahies"}),
    ],
)
def test_verbs_are_met_in_the_forms_that_people_use(verb: str, forms: set[str]) -> None:
    assert forms <= set(inflected(verb, "verb"))


@pytest.mark.parametrize("name", LISTS)
def test_each_entry_of_the_lists_is_said_once_in_lower_case_and_within_bounds(name: str) -> None:
    listed = entries(name)
    assert len({entry.words for entry in listed}) == len(listed)
    assert [entry for entry in listed if entry.words != entry.words.lower()] == []
    assert [entry for entry in listed if not -4 <= entry.valence <= 4] == []
    assert {entry.kind for entry in listed} <= {"", "noun", "adj", "verb"}


TELLING = sorted(
    {*NEGATIONS, *MORE, *LESS, *BUTS, *FIGHTING, "toujours", "répond", "nul", "NUL", "génial"}
    | {"bravo", "merci", "arnaque", "nuuul", "😡", ":(", "!", "?", ",", "l'", "je", "d’", "#Ah", ""}
)
MADE = st.lists(st.sampled_from(TELLING) | st.text(max_size=6), max_size=14).map(" ".join)


@settings(deadline=None)
@given(st.text(max_size=200) | MADE)
def test_any_text_has_a_score_between_the_bounds_and_always_the_same(text: str) -> None:
    weighing = FRENCH.weigh(text)
    assert -1 <= weighing.compound <= 1
    assert len(weighing.words) == len(weighing.valences)
    assert FRENCH.weigh(text) == weighing


@settings(deadline=None)
@given(MADE)
def test_one_more_exclamation_mark_never_weakens(text: str) -> None:
    assert abs(score(f"{text} !")) <= abs(score(f"{text} !!"))


@settings(deadline=None)
@given(st.sampled_from(sorted(lexicon({}).words)))
def test_every_word_of_the_lexicon_is_found_in_a_post(word: str) -> None:
    assert score(f"voilà , {word}") != 0 or abs(lexicon({}).words[word]) < 0.01
