"""How texts are compared: without regard to case, accents, or the shape of quotes.

A `Wording` is a post, or a text, cut into words once, so that many queries can be put to it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from bot.domain.addresses import Stretch, addresses_in
from bot.domain.fields import SPOKEN, Part, full_text, readable, written_in
from bot.domain.mention import Post

__all__ = ["Wording", "bare", "fold", "full_text", "tails_of", "words_of"]

_LETTERS = {
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "ẞ": "SS",
}  # fmt: skip
_QUOTES = {**dict.fromkeys("‘’‚‛′ʼ＇", "'"), **dict.fromkeys("“”„‟«»″＂", '"')}
_INVISIBLE = frozenset("\u00ad\u200c\u200d\u2060\ufeff")
_WORD = re.compile(r"\w+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_FEW = 20
"""Characters beyond ASCII that are replaced one after the other, faster than all at once."""
_TAILED = re.compile(r"\w+(\++|#(?!\w)|)")


def _bare(char: str) -> str:
    """One character without accents and typography; it may become none, or several."""
    if char in _INVISIBLE:
        return ""
    known = _LETTERS.get(char) or _QUOTES.get(char)
    if known is not None:
        return known
    parts = unicodedata.normalize("NFKD", char)
    if parts == char:
        return "" if unicodedata.combining(char) else char
    return "".join(map(_bare, parts))


def _folded(char: str) -> str:
    """One character as `fold` leaves it: bared and case-folded until neither changes it."""
    folded = _bare(char).casefold()
    return folded if folded == char else "".join(map(_folded, folded))


class _Bare(dict[int, str]):
    """A translation table that learns a character when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = bare = _bare(chr(code))
        return bare


class _Folded(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


_BARE = _Bare()
_FOLDED = _Folded()


def bare(text: str) -> str:
    """The text without accents, with plain quotes and apostrophes, its case kept."""
    return text if text.isascii() else text.translate(_BARE)


def fold(text: str) -> str:
    """The text as it is compared: case-folded, accents stripped, quotes and ligatures plain.

    Compatibility decomposition and case folding follow the Unicode Standard, section 3.13
    (compatibility caseless matching); idempotent. The length may change.
    """
    if not text.isascii():
        plain = text
        others = set(_NOT_ASCII.findall(text))
        if len(others) <= _FEW:  # as it is with French: some accents
            for char in others:
                plain = plain.replace(char, _FOLDED[ord(char)])
        if not plain.isascii():
            return text.translate(_FOLDED)
        text = plain
    return text.lower()


def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text: its longest runs of letters, digits and underscores."""
    return tuple(_WORD.findall(fold(text)))


def tails_of(text: str) -> tuple[str, ...]:
    """Of each of a text's words the `++`, `+` or `#` that ends it, `""` for most."""
    return tuple(match[1] for match in _TAILED.finditer(fold(text)))


class Wording:
    """A text in words. `words[i]` is the i-th folded word; positions are indices into it.

    `folded` is the whole text as it is compared; the words are cut when first asked for, and so are
    the other parts of the post that it is of, so that many queries can be put to one value.
    """

    def __init__(self, text: str, post: Post | None = None, *, named: bool = False) -> None:
        """A text, which may be that of a post; in what is `named` so, no word is hidden in an
        address."""
        self.text = text
        self.folded = fold(text)
        self._post = post
        self._addresses: tuple[Stretch, ...] | None = () if named else None

    @classmethod
    def of(cls, post: Post) -> Wording:
        """What a query is asked about: title and text, and the other parts of the post with it."""
        return cls(full_text(post), post)

    def part(self, part: Part) -> Wording:
        """A part of the post; of a text that is no post's, the text and what it links to."""
        if part == "":
            return self
        found = self._parts.get(part)
        if found is None:
            found = self._parts[part] = self._part(part)
        return found

    @cached_property
    def _parts(self) -> dict[Part, Wording]:
        return {}

    def _part(self, part: Part) -> Wording:
        if part == "link":
            text = "\n".join(self._links())
        elif self._post is None:
            return self if part == "text" else _NOTHING
        elif part == "text" and not self._post.title:
            return self
        else:
            text = written_in(self._post, part)
        named = part not in SPOKEN and part != "media"
        return Wording(text, named=named) if text else _NOTHING

    def _links(self) -> Iterator[str]:
        """The addresses in the text, and those that the post has beside it."""
        for start, end in self.addresses:
            yield readable(self.folded[start:end])
        if self._post is not None and self._post.links:
            yield written_in(self._post, "link")

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The folded words in their order."""
        return tuple(_WORD.findall(self.folded))

    @cached_property
    def exact_words(self) -> tuple[str, ...]:
        """The same words with their case kept."""
        return tuple(_WORD.findall(bare(self.text)))

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Each folded word with its positions, ascending."""
        places: dict[str, list[int]] = {}
        for position, word in enumerate(self.words):
            places.setdefault(word, []).append(position)
        return places

    @property
    def addresses(self) -> tuple[Stretch, ...]:
        """Where addresses stand in the folded text, in order."""
        if self._addresses is None:  # every match asks: functools' lock would cost more than this
            self._addresses = addresses_in(self.folded)
        return self._addresses

    @cached_property
    def unspoken(self) -> frozenset[int]:
        """Positions of the words that stand in addresses: parts of a name, and nothing said."""
        found: set[int] = set()
        place = 0
        for start, end in self.addresses:
            while place < len(self._spans) and self._spans[place][1] <= start:
                place += 1
            while place < len(self._spans) and self._spans[place][0] < end:
                found.add(place)
                place += 1
        return frozenset(found)

    @cached_property
    def tails(self) -> tuple[str, ...]:
        """For each word the `+` or `#` right after it that makes it another: C++, F#, Canal+."""
        return tails_of(self.text)

    @cached_property
    def sigils(self) -> tuple[str, ...]:
        """For each word the character right before it, `""` for the first of a text."""
        return tuple(
            self.folded[match.start() - 1 : match.start()] if match.start() else ""
            for match in _WORD.finditer(self.folded)
        )

    def as_written(self, start: int, end: int) -> str:
        """The words from `start` up to `end` as they stand in the text, accents, case and all."""
        begin = bisect_right(self._origins, self._spans[start][0]) - 1
        last = self._spans[end - 1][1]
        stop = bisect_right(self._origins, last) - 1
        return self.text[begin : stop if self._origins[stop] == last else stop + 1]

    @cached_property
    def _spans(self) -> tuple[tuple[int, int], ...]:
        return tuple(match.span() for match in _WORD.finditer(self.folded))

    @cached_property
    def _origins(self) -> list[int]:
        """Where each character of the text, and its end, fall in the folded text; ascending."""
        return list(accumulate((len(fold(char)) for char in self.text), initial=0))


_NOTHING = Wording("", named=True)
