"""Who waits for an answer: the complaints that the brand let stand, and those whom it answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.standin.social.people import MAISON_LUMO
from bot.standin.social.place import Place
from bot.standin.social.posts import Author, Language, Published

_COMPLAINTS = frozenset({"complaint", "first", "grumble", "back"})


class Waiting(NamedTuple):
    """A post that waits for an answer, where it stands, and who will give it."""

    place: Place
    post: Published
    by: Author


def unanswered(places: Iterable[Place], language: Language | None) -> Waiting | None:
    """The newest complaint, in this language, that Maison Lumo has not answered."""
    return _newest(
        Waiting(place, post, MAISON_LUMO)
        for place, post in _posts(places, language)
        if post.draft.mood in _COMPLAINTS and not _is_answered(place, post, MAISON_LUMO)
    )


def answered(places: Iterable[Place], language: Language | None) -> Waiting | None:
    """The newest answer by Maison Lumo, in this language, to somebody who has not written back."""
    return _newest(
        Waiting(place, post, by)
        for place, post in _posts(places, language)
        if post.draft.author == MAISON_LUMO and (before := place.parent(post))
        if not _is_answered(place, post, by := before.draft.author)
    )


def _posts(places: Iterable[Place], language: Language | None) -> Iterator[tuple[Place, Published]]:
    for place in places:
        for post in place.standing:
            if language in (None, post.draft.language):
                yield place, post


def _is_answered(place: Place, post: Published, by: Author) -> bool:
    return any(answer.draft.author == by for answer in place.answers_to(post))


def _newest(waiting: Iterable[Waiting]) -> Waiting | None:
    return max(waiting, key=lambda one: one.post.at, default=None)
