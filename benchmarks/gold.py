"""Labelled posts, read from a file of `label<TAB>text` lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CLASSES = ("negative", "neutral", "positive")


@dataclass(frozen=True)
class Gold:
    """Posts, and what they are labelled as."""

    classes: Sequence[str]
    texts: Sequence[str]

    def part(self, start: int, end: int) -> Gold:
        return Gold(self.classes[start:end], self.texts[start:end])


def read_gold(file: Path) -> Gold:
    """The posts of a file; exits with the line at fault where there is one."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise SystemExit(f"{file}: {fault}") from None
    classes, texts = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        label, tab, text = line.rstrip("\r").partition("\t")
        if not tab or label not in CLASSES:
            raise SystemExit(
                f"{file}:{number}: not a label, a tab and a text; labels are {', '.join(CLASSES)}"
            )
        classes.append(label)
        texts.append(text)
    if not texts:
        raise SystemExit(f"{file}: holds no post")
    return Gold(classes, texts)
