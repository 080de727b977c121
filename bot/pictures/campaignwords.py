"""What an operation added, in words: the sentence of its report, its picture and its table."""

from __future__ import annotations

from typing import Literal

from bot.domain.lift import CannotTell, Lift
from bot.i18n import Voice

Counts = Literal["mentions", "positive-mentions"]
"""Of what it is told."""

_SURE = 0.995
"""A chance beyond this is told as more than 99%."""


def verdict_words(found: Lift | CannotTell, voice: Voice, of: Counts = "mentions") -> str:
    """The sentence that matters; where the data cannot tell, it says so."""
    if isinstance(found, CannotTell):
        return cannot_words(found, voice, of)
    if found.verdict == "more":
        return _more_words(found, voice, of)
    if found.verdict == "fewer":
        return _fewer_words(found, voice, of)
    most = max(-found.relative(found.low), found.relative(found.high))
    if found.verdict == "none":
        return voice.say(
            "No effect to speak of: less than {share} either way.", share=voice.share(most)
        )
    return voice.say("The data cannot tell whether it had an effect.")


def _more_words(found: Lift, voice: Voice, of: Counts) -> str:
    extra, share = round(found.extra), voice.share(abs(found.relative(found.extra)))
    if of == "positive-mentions":
        return voice.plural(
            "{n} positive mention more than without it: {share} more.",
            "{n} positive mentions more than without it: {share} more.",
            extra,
            share=share,
        )
    return voice.plural(
        "{n} mention more than without it: {share} more.",
        "{n} mentions more than without it: {share} more.",
        extra,
        share=share,
    )


def _fewer_words(found: Lift, voice: Voice, of: Counts) -> str:
    extra, share = round(-found.extra), voice.share(abs(found.relative(found.extra)))
    if of == "positive-mentions":
        return voice.plural(
            "{n} positive mention fewer than without it: {share} fewer.",
            "{n} positive mentions fewer than without it: {share} fewer.",
            extra,
            share=share,
        )
    return voice.plural(
        "{n} mention fewer than without it: {share} fewer.",
        "{n} mentions fewer than without it: {share} fewer.",
        extra,
        share=share,
    )


def interval_words(found: Lift, voice: Voice) -> str:
    """Between what and what it lies nine times in ten, and how likely an effect is."""
    return voice.say(
        "Nine times in ten the truth lies between {low} and {high}. Chance that it brought any "
        "more: {chance}.",
        low=voice.signed(found.low, 0),
        high=voice.signed(found.high, 0),
        chance=chance_words(found.probability, voice),
    )


def figures_words(found: Lift, voice: Voice, of: Counts = "mentions") -> str:
    """What was seen, and what was expected."""
    expected = voice.number(round(found.expected))
    if of == "positive-mentions":
        return voice.plural(
            "{n} positive mention, expected without it: {expected}.",
            "{n} positive mentions, expected without it: {expected}.",
            found.seen,
            expected=expected,
        )
    return voice.plural(
        "{n} mention, expected without it: {expected}.",
        "{n} mentions, expected without it: {expected}.",
        found.seen,
        expected=expected,
    )


def basis_words(found: Lift, voice: Voice) -> str:
    """What it rests on: the days before, and the watches beside it; plain text."""
    parts = [
        voice.plural(
            "It rests on {n} day before.", "It rests on {n} days before.", found.known_days
        )
    ]
    if found.beside:
        names = voice.listed(found.beside)
        parts.append(voice.say("Beside it: {watches}.", watches=names))
    for why, words in (
        ("moved", voice.say("moved by itself")),
        ("unseen", voice.say("not seen enough")),
        ("too few", voice.say("too few mentions")),
    ):
        aside = [watch for watch, reason in found.aside if reason == why]
        if aside:
            names = voice.listed(aside)
            parts.append(voice.say("Left out ({why}): {watches}.", why=words, watches=names))
    return " ".join(parts)


def cannot_words(found: CannotTell, voice: Voice, of: Counts = "mentions") -> str:
    """Why the data cannot tell."""
    cannot = voice.say("The data cannot tell.")
    known, needed = voice.number(found.known), voice.number(found.of)
    if found.why == "too short":
        why = voice.say(
            "{known} days before it are known, {needed} are needed.", known=known, needed=needed
        )
    elif found.why == "gap":
        why = voice.say(
            "Only {known} of its {needed} days were seen whole.", known=known, needed=needed
        )
    elif found.why == "too few" and of == "positive-mentions":
        why = voice.say(
            "{known} positive mentions before it are known, {needed} are needed.",
            known=known,
            needed=needed,
        )
    elif found.why == "too few":
        why = voice.say(
            "{known} mentions before it are known, {needed} are needed.",
            known=known,
            needed=needed,
        )
    elif found.why == "not over":
        why = voice.say("It is not over.")
    else:
        why = _moved_words(found, voice)
    return f"{cannot} {why}"


def chance_words(chance: float, voice: Voice) -> str:
    """A chance in percent, never of 0 or 100."""
    if chance > _SURE:
        return voice.say("more than {share}", share=voice.share(0.99))
    if chance < 1 - _SURE:
        return voice.say("less than {share}", share=voice.share(0.01))
    return voice.share(chance)


def _moved_words(found: CannotTell, voice: Voice) -> str:
    """The two answers between which it hangs."""
    moved = voice.say("The watch beside it moved by itself.")
    if found.with_it is None or found.without_it is None:
        return moved
    both = voice.say(
        "Held against it: {with_it}; by the watch’s own past: {without_it}.",
        with_it=voice.signed(found.with_it.extra, 0),
        without_it=voice.signed(found.without_it.extra, 0),
    )
    return f"{moved} {both}"
