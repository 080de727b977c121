"""What is worked out of a word once, as posts are made of the same words over again."""

from __future__ import annotations

from collections.abc import Callable

MOST = 50_000
"""Words that are remembered before the memory is begun anew (some 10 MB)."""

LONGEST = 40
"""Characters of a word that is worth remembering."""


class Remembered(dict[str, str]):
    """What a function makes of each word. Threads may share one."""

    def __init__(self, made: Callable[[str], str]) -> None:
        super().__init__()
        self._made = made

    def __missing__(self, word: str) -> str:
        found = self._made(word)
        if len(word) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[word] = found
        return found

    def all(self, words: list[str]) -> list[str]:
        """What each of some words is made into."""
        return list(map(self.__getitem__, words))
