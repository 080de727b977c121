"""A text cut into its sentences, and what a sentence does: ask, wish, complain, promise, decide.

By words and phrases of English and French, folded. What no word gives away is missed rather than
guessed at: whoever reads a sentence out of its post can open the post.
"""

from __future__ import annotations

import re
from typing import Literal

from bot.domain.folding import fold

Act = Literal["question", "wish", "complaint", "promise", "decision"]

MOST = 60
"""Sentences of one text that are looked at."""

LONGEST = 2_000
"""Characters of one text that are looked at."""

_END = re.compile(r"(?<=[.!?…])[\"'»”’)\]]*\s+|\n+")
_BEFORE = re.compile(r"^(?:(?:rt|re|cc)\b:?\s+)?(?:[@.]?@[\w.@-]+[\s,:;–—-]*)+", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+")
_LETTERS = re.compile(r"[^\W\d_]{2}")

_AFTER_A_MARK = " !?…\"'»”’)]"
_ASKS_ALONE = frozenset({"why", "when", "how", "what", "where", "pourquoi", "quand", "comment"})
_ASKS = re.compile(
    r"^(?:(?:hi|hello|hey|so|and|but|ok|bonjour|salut|et|mais|alors)\b[\s,]*)*"
    r"(?:how (?:do|can|long|much)|does any|anyone (?:know|else)|any(?:body)? know|any (?:idea"
    r"|news|upd)"
    r"|when (?:will|do|is|are)|why (?:does|do|is|are|did)|is there (?:a|any)|(?:can"
    r"|could) (?:you|some)"
    r"|(?:est ce|qu est ce) que?|comment (?:faire|on|je|puis)|quelqu un (?:sait|a|peut)"
    r"|pourquoi |quand (?:est|sera|all|pour)|savez vous|(?:pouvez|pourriez|auriez) vous"
    r"|peut on|y a t il"
    r"|une idee|des nouvelles)"
)
_WISHES = re.compile(
    r"\b(?:please|pls|i wish|(?:would|d) (?:love|like|be (?:nice|great|good|helpful)|appreciate)"
    r"|i (?:just )?(?:want|need)|we (?:want|need)|want (?:my|our|a)|(?:you|they|there) should"
    r"|(?:need|needs) (?:a|an|to)|feature request|bring back|give me|refund me|waiting for"
    r"|j aimerais|aimerais|je (?:veux|voudrais|souhait|demande|exige|reclame)|on (?:veut"
    r"|voudrait)"
    r"|nous (?:voulons|voudrions|demandons)|il (?:faudrait|faut|manque)"
    r"|(?:ce )?serait (?:bien|top|cool|utile|pratique)"
    r"|merci de|s il (?:vous|te) plait|svp|stp|vivement|besoin d|j attends|remboursez|ajoutez"
    r"|rendez)\b"
)
_COMPLAINS = re.compile(
    r"\b(?:(?:does|do|did|is|are|was|has|have|will|can)(?: not|n t)(?: even)? (?:work|answer"
    r"|arriv|turn|connect|start|charg|help)\w*"
    r"|still (?:no|not|waiting|nothing|broken)|no (?:answer|reply|response|mail)"
    r"|stopped working|broke|broken|died|dead"
    r"|useless|unacceptable|disaster|nightmare|never again|worst|rip ?off|scam|defective"
    r"|faulty|furious|angry"
    r"|(?:ne )?(?:marche|fonctionne|repond|charge|s allume|demarre) (?:pas|plus)"
    r"|toujours (?:pas|rien|aucun|en panne)"
    r"|en panne|aucun(?:e)? (?:reponse|nouvelle|mail)|inadmissible|inacceptable|scandaleux"
    r"|honteux|arnaque|defectueu\w+"
    r"|plus jamais|la pire|le pire|ras le bol|marre|en colere|cauchemar|casse(?:e)?)\b"
)
_PROMISES = re.compile(
    r"\b(?:(?:we|i|he|she|they|somebody|someone|a colleague|the team)(?: will| ll"
    r"| are going to| re going to| am going to| m going to| is going to)\b"
    r"|(?:we|i)(?: are| re| am| m) (?:looking|checking|working|investigating|on it)|on it\b"
    r"|keep you (?:posted|updated|informed)"
    r"|get back to (?:you|them|him|her)|let you know|writes? to you|we refund you"
    r"|(?:nous|on) (?:allons|va|regarde\w*|verifi\w+|revien\w+|revient|s en occupe|cherch\w+"
    r"|travaill\w+)|nous (?:vous|y)\b"
    r"|je (?:regarde|verifie|m en occupe|m y mets|reviens|vais|lui|leur|vous|te)\b"
    r"|vous (?:ecrit|rappelle|recontacte\w*|tiendr\w+|tenons|repond\w*)"
    r"|(?:sera|seront) (?:corrig|envoy|rembours|repar|regl|livr)\w*|des que possible)"
)
_PERSONS = re.compile(
    r"\b(?:we|i|us|our|me|my|you|your|nous|notre|nos|vous|votre|vos|je|on|te|toi|ton|ta)\b"
)
_DECIDES = re.compile(
    r"(?:^|\b)(?:(?:we |it s |is )?decided|decision|agreed|approved|go ahead|(?:we )?(?:go"
    r"|going) (?:with|for)"
    r"|let s (?:go|do|use|ship|keep|send|answer|offer|wait|not|refund|say|stop|start)"
    r"|signed off|it is settled"
    r"|(?:on|nous) (?:part|partons|reste|restons) sur|(?:on|nous) (?:fait"
    r"|faisons) (?:comme ca|ca|comme cela)"
    r"|decide|c est (?:decide|valide|acte)|valide\b|d accord pour|feu vert|allez y"
    r"|on (?:repond|envoie|rembourse|attend|arrete|garde))\b"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text in their order, each on one line; names that it is addressed to
    (`@ada @bo …`) and addresses alone are none of it."""
    found = []
    for part in _END.split(text[:LONGEST]):
        line = " ".join(_BEFORE.sub("", part.strip()).split())
        if _LETTERS.search(_ADDRESS.sub("", line)):
            found.append(line)
    return found[:MOST]


def is_question(sentence: str) -> bool:
    """Whether it asks something; "Seriously?" does not."""
    words = _words(sentence)
    shown = _ADDRESS.sub("", sentence).rstrip()
    if "?" in shown[len(shown.rstrip(_AFTER_A_MARK)) :]:
        parts = words.split()
        return len(parts) >= 3 or bool(parts and parts[0] in _ASKS_ALONE)
    return bool(_ASKS.search(words))


def is_wish(sentence: str) -> bool:
    """Whether it says what somebody wants, or wants done."""
    return bool(_WISHES.search(_words(sentence)))


def is_complaint(sentence: str) -> bool:
    """Whether it says that something went wrong, by its words: without them, how it feels tells."""
    return bool(_COMPLAINS.search(_words(sentence)))


def is_promise(sentence: str) -> bool:
    """Whether whoever says it (one of the brand's, one of the team) is to do something; questions
    promise nothing."""
    return bool(_PROMISES.search(_words(sentence))) and not is_question(sentence)


def speaks_to(sentence: str) -> bool:
    """Whether it says something of who says it, or to somebody: with a time ("today"), it promises;
    questions do not."""
    return bool(_PERSONS.search(_words(sentence))) and not is_question(sentence)


def is_decision(sentence: str) -> bool:
    """Whether it settles something; questions settle nothing."""
    return bool(_DECIDES.search(_words(sentence))) and not is_question(sentence)


def _words(sentence: str) -> str:
    """The folded words of a sentence with one space between them: "We'll" is "we ll"."""
    return " ".join(re.findall(r"\w+", fold(sentence)))
