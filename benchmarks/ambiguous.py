"""Sentences about companies whose names are words, and about what is called alike: of our own, in
English and French, each with what a watch on the company might ask."""

from __future__ import annotations

import msgspec

from bot.domain.conditions import Conditions, Noise


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """A company, what is asked for it, and sentences about it and about what is called alike."""

    name: str
    query: str
    conditions: Conditions
    about: tuple[str, ...]
    other: tuple[str, ...]


BOTS = Noise(authors=("deals", "bons plans"), words=("promo code", "code promo"))

ORANGE = Brand(
    name="Orange",
    query="orange",
    conditions=Conditions(
        needs=(
            *("fibre", "forfait*", "box", "livebox", "réseau", "facture*", "sosh", "opérateur*"),
            *(
                "network",
                "broadband",
                "roaming",
                "sim",
                "phone plan",
                "customer service",
                "4g",
                "5g",
            ),
            *("service client", "technicien*", "internet", "résili*", "mobile", "débit", "signal"),
        ),
        without=("jus", "juice", "carotte*", "confiture", "tanger*", "blood orange"),
        noise=BOTS,
    ),
    about=(
        "Three weeks without broadband and Orange says to wait.",
        "Orange roaming charged me {n} euros for one afternoon.",
        "Nobody at Orange customer service picks up, {n} calls so far.",
        "My Orange SIM stopped working abroad.",
        "Switched to Orange last month, the network is better than I feared.",
        "Orange keeps billing a line that I closed in {n}.",
        "Honestly Orange, this is a joke.",
        "Plus de fibre chez Orange depuis {n} jours, personne ne vient.",
        "Orange a encore augmenté mon forfait sans prévenir.",
        "Le technicien Orange n'est jamais passé.",
        "Ma Livebox redémarre {n} fois par jour, merci Orange.",
        "Le service client d'Orange a été parfait, pour une fois.",
        "Impossible de résilier chez Orange, {n} courriers déjà.",
        "Panne générale chez Orange ce matin ?",
    ),
    other=(
        "A glass of orange juice and the day can begin.",
        "The sky went orange over the harbour last night.",
        "She painted the door orange, it took {n} coats.",
        "Peel the orange, add {n} cloves, simmer for an hour.",
        "Orange is the new black, season {n}, what a finale.",
        "My phone case is orange and I love it.",
        "Orange county, {n} degrees and no wind.",
        "Météo : vigilance orange dans {n} départements.",
        "Un jus d'orange pressé et ça repart.",
        "Confiture d'orange amère, {n} pots de faits ce matin.",
        "Le maillot orange lui va bien.",
        "Gâteau à l'orange de mamie, la recette en {n} étapes.",
        "Feu orange, il a accéléré quand même.",
        "Vigilance orange : coupures d'internet possibles.",
    ),
)
APPLE = Brand(
    name="Apple",
    query="apple",
    conditions=Conditions(
        needs=(
            *("iphone*", "ipad*", "mac*", "ios", "airpods", "watch", "app store", "icloud", "siri"),
            *("genius bar", "update", "mise à jour", "keynote", "warranty", "garantie", "repair*"),
            *("store", "écran", "chargeur", "refund*", "rembours*", "subscription", "abonnement"),
        ),
        without=("pie", "cider", "tarte", "cidre", "orchard", "verger*", "big apple"),
        noise=BOTS,
    ),
    about=(
        "The Genius Bar kept my iPad for {n} days, Apple says nothing.",
        "Apple refused the repair, out of warranty by {n} days.",
        "Latest iOS update drains everything, thanks Apple.",
        "Apple took {n} weeks to send my refund.",
        "Has Apple ever answered you on this? Not me.",
        "Apple Watch cracked on day {n}.",
        "The Apple subscription page is a maze.",
        "Mon iPhone s'éteint à {n} % de batterie, bravo Apple.",
        "Apple refuse la garantie pour un écran rayé.",
        "Trois mises à jour et Apple n'a rien réglé.",
        "Chargeur Apple mort après {n} mois.",
        "Chez Apple ils m'ont remboursé en {n} jours, rien à dire.",
        "Apple, c'est fini pour moi.",
        "L'App Store refuse ma carte et Apple ne répond pas.",
    ),
    other=(
        "An apple a day, they said. {n} days in, still ill.",
        "Apple pie for {n}, cinnamon on top.",
        "We picked {n} kilos in the apple orchard.",
        "The Big Apple in winter is something else.",
        "Apple cider vinegar cleans this better than anything.",
        "She watched the apple fall and wrote it down.",
        "Fiona Apple live, {n} people in tears.",
        "Bad apple in the team, the store let him go.",
        "Adam's apple, that is what it is called.",
        "Compote, un fruit par jour, apple en anglais, {n} fois par semaine.",
        "Crumble apple-cannelle, {n} parts.",
        "Fiona Apple en concert à Lyon.",
        "Apple tart ou tarte aux pommes, débat sans fin.",
        "Vernis rouge apple, {n} euros.",
    ),
)
TARGET = Brand(
    name="Target",
    query="case:Target",
    conditions=Conditions(
        needs=(
            *(
                "store*",
                "cashier*",
                "checkout",
                "gift card",
                "shelf",
                "shelves",
                "parking",
                "order*",
            ),
            *(
                "delivery",
                "pickup",
                "refund*",
                "return*",
                "aisle*",
                "shopping",
                "magasin*",
                "caisse*",
            ),
            *("rayon*", "commande*", "redcard", "receipt*", "staff"),
        ),
        without=("audience", "practice", "missile*", "market", "price target"),
        noise=BOTS,
    ),
    about=(
        "Target lost my order and the store blames the app.",
        "One cashier open at Target, {n} people in line.",
        "Target would not take the return without the receipt.",
        "The gift card from Target was empty.",
        "Empty shelves at Target again, aisle {n}.",
        "Pickup at Target took {n} minutes, impressive.",
        "I am so done with Target.",
        "Target staff were lovely today.",
        "Commande Target jamais arrivée, {n} jours.",
        "En vacances aux US : le magasin Target est immense.",
        "Rayon jouets de Target vide à Noël.",
        "Target m'a remboursée en {n} jours.",
    ),
    other=(
        "Target audience: people aged {n} and over.",
        "Target practice at dawn, {n} arrows each.",
        "Target locked, the game is far too easy.",
        "Target for this quarter: {n} units.",
        "Target heart rate is {n}, slow down.",
        "Target market first, store design later.",
        "Target acquired, order received, says the pilot.",
        "Target date moved to week {n}.",
        "Target missed again, and the board laughs.",
        "Target : le film avec Gene Hackman.",
        "Target 2030, le plan climat en {n} points.",
        "Target zéro déchet, on y est presque.",
    ),
)
FREE = Brand(
    name="Free",
    query="free",
    conditions=Conditions(
        needs=(
            *("freebox", "forfait*", "fibre", "box", "opérateur*", "réseau", "résili*", "facture*"),
            *(
                "hotline",
                "4g",
                "5g",
                "débit",
                "technicien*",
                "sim",
                "mobile",
                "coupure*",
                "internet",
            ),
        ),
        without=("for free", "free to", "feel free", "gluten free", "free shipping"),
        noise=BOTS,
    ),
    about=(
        "Freebox en panne depuis {n} jours, Free ne répond pas.",
        "Free m'a facturé {n} euros de hors forfait.",
        "La hotline de Free, {n} minutes de musique.",
        "Débit divisé par {n} chez Free depuis lundi.",
        "Résilier chez Free : un parcours du combattant.",
        "Le technicien Free a coupé la fibre du voisin.",
        "Free, plus jamais.",
        "Free Mobile passe enfin en 5G chez moi.",
        "Carte SIM Free reçue en {n} jours, au top.",
        "Coupure Free dans tout le quartier.",
        "Moved to Paris, got a Free SIM, works so far.",
        "Does Free have an English speaking hotline?",
    ),
    other=(
        "Feel free to write, I answer within {n} hours.",
        "Free entry on Sundays, {n} rooms open.",
        "Gluten free bread, attempt number {n}.",
        "Free the whales, {n} signatures so far.",
        "I am free on Thursday.",
        "Buy one, get one for free.",
        "Free internet in the park, finally.",
        "Free kick in minute {n}, what a goal.",
        "Partie free to play, {n} heures dessus.",
        "Free jazz ce soir au Sunset.",
        "En free-lance depuis {n} ans.",
        "Jeu mobile free, mais {n} pubs par partie.",
    ),
)
BRANDS = (ORANGE, APPLE, TARGET, FREE)

BESIDE = (
    "Nice piece on how colours sell https://blog.example/{name}-and-other-words",
    "Read this thread, it is long but worth it: www.{name}.example/{n}",
    "Bel article, à lire : https://presse.example/{n}/{name}",
)
COUPONS = (
    "Promo code {n}: {Name} store vouchers, box and phone plan, mobile too",
    "Code promo {Name} : {n} % sur la facture, le mobile et le magasin",
)
