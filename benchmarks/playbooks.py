"""How often a single negative post is offered a playbook, and which.

`python benchmarks/playbooks.py POSTS.tsv [--show]`: a line of the file is `label<TAB>text`. Each
post that is labelled `negative` is put to the playbooks by itself, as an alert of high severity.
`--show` prints every post that is offered one: whether it fits is for a person to say.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.config.playbooks import shipped
from bot.config.themes import theme_lists
from bot.config_reader import Faults
from bot.domain.analysis.themes import about
from bot.domain.playbooks import Heard, Occasion, fitting


def negative_posts(file: Path) -> Iterator[str]:
    for line in file.read_text(encoding="utf-8").splitlines():
        label, _, text = line.partition("\t")
        if label == "negative":
            yield text


def offered(posts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each post with the name of its playbook, `""` where it has none."""
    lists = theme_lists({}, Faults())["en"]
    for text in posts:
        heard = Heard(text, frozenset(about(text, listed=lists).themes))
        fit = fitting(shipped(), Occasion(kind="negative", severity="high", posts=(heard,)))
        yield text, fit.name if fit else ""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("posts", type=Path)
    asked.add_argument("--show", action="store_true")
    given = asked.parse_args()
    found = list(offered(list(negative_posts(given.posts))))
    for name, count in Counter(name for _, name in found).most_common():
        print(f"{name or 'none':20} {count:6} {count / len(found):7.1%}")
    if given.show:
        for text, name in found:
            if name:
                print(f"{name:20} {text[:200]}")


if __name__ == "__main__":
    main()
