"""The small words of French that change what other words weigh, with and without their accents."""

from __future__ import annotations

from bot.domain.analysis.french_words import bare


def _typed(words: str) -> frozenset[str]:
    """Words as they are written, and as they are typed in haste."""
    return frozenset(words.split()) | frozenset(bare(words).split())


NEGATIONS = _typed("ne n pas jamais rien aucun aucune sans ni guère nullement non moins")

TELLING_NEGATIONS = _typed("pas jamais rien aucun aucune")
"""Where they turn no other word, a post still says that something is missing."""

NEGATIONS_AFTER = _typed("pas jamais plus guère")
"""Spoken French leaves the "ne" out, and what negates follows its verb: "j'aime pas"."""

SUBJECTS = _typed("j je t tu il elle on nous vous ils elles ça s m me te se")

FIGHTING = _typed(
    "lutte luttes lutter luttent luttons luttez combattre combat réduire réduit réduisent "
    "réduction limiter éviter évite évitez empêcher stopper prévenir contrer"
)
"""What is fought is bad, but the post that says so is no complaint of it."""

MORE = _typed(
    "très trop vraiment hyper super ultra méga carrément franchement tellement extrêmement "
    "totalement complètement absolument particulièrement purement vachement énormément "
    "profondément terriblement incroyablement si tant plus bien aussi tout toute gros grosse "
    "grand grande"
)
LESS = _typed(
    "peu assez plutôt presque légèrement moyennement relativement vaguement quasi quasiment parfois"
)

BUTS = _typed("mais cependant pourtant toutefois néanmoins")

APPLAUSE = _typed("bravo chapeau félicitations")
