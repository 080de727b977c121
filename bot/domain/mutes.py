"""What is held back for a while: which alerts a mute fits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from bot.domain.alerts import Kind, Mute
from bot.domain.folding import Wording, fold, full_text, words_of
from bot.domain.mention import Mention


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Which alerts are meant: those that fit all that is given; `""` fits everything. Whoever
    names an author or a word means posts."""

    watch: str = ""
    kind: Kind | Literal[""] = ""
    author: str = ""
    word: str = ""


def scope_of(mute: Mute) -> Scope:
    """What a mute holds back."""
    return Scope(watch=mute.watch, kind=mute.kind, author=mute.author, word=mute.word)


def is_same(scope: Scope, other: Scope) -> bool:
    """Whether two mean the same, however they are written."""
    return _key(scope) == _key(other)


def _key(scope: Scope) -> tuple[str, ...]:
    return scope.watch, scope.kind, handle(scope.author), fold(scope.word)


def fits(scope: Scope, watch: str, kind: Kind, mention: Mention | None) -> bool:
    """Whether an alert of a watch is meant; one without a `mention` (a spike) has neither an author
    nor words, and only a scope without them means it."""
    if scope.watch not in ("", watch) or scope.kind not in ("", kind):
        return False
    if mention is None:
        return not scope.author and not scope.word
    return _is_by(mention, scope.author) and _says(mention, scope.word)


def holding(
    mutes: Sequence[Mute], watch: str, kind: Kind, mention: Mention | None, now: datetime
) -> Mute | None:
    """The mute that holds an alert back: of several the one that does so longest."""
    found = [mute for mute in mutes if mute.holds(now)]
    found = [mute for mute in found if fits(scope_of(mute), watch, kind, mention)]
    return max(found, key=lambda mute: (mute.until, mute.id), default=None)


def _is_by(mention: Mention, author: str) -> bool:
    return not author or handle(mention.post.author) == handle(author)


def handle(author: str) -> str:
    """An author's name as it is compared: whatever its case, with or without its @."""
    return author.strip().lstrip("@").casefold()


def _says(mention: Mention, word: str) -> bool:
    """Whether the post holds the words in a row; of what has no letters (🔥), the signs."""
    if not word:
        return True
    wording, wanted = Wording(full_text(mention.post)), words_of(word)
    if not wanted:
        return fold(word.strip()) in wording.folded
    starts = wording.places.get(wanted[0], ())
    return any(tuple(wording.words[at : at + len(wanted)]) == wanted for at in starts)
