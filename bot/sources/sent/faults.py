"""What is wrong with one of the items that were sent."""

from __future__ import annotations


class Unfit(Exception):
    """An item that makes no post. `field` is what of it is at fault, `""` the whole of it; `words`
    say why, in English, and never hold the post's text. Caught where the item is counted."""

    def __init__(self, field: str, words: str) -> None:
        self.field = field
        self.words = words
        super().__init__(str(self))

    def __str__(self) -> str:
        return f"{self.field}: {self.words}" if self.field else self.words
