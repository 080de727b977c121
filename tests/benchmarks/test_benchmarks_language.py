from __future__ import annotations

from pathlib import Path

from benchmarks.language import compared, read, shown

POSTS = [
    ("en", "My lamp has not worked since the last update and nobody answers"),
    ("fr", "Ma lampe ne marche plus depuis la dernière mise à jour"),
    ("nl", "De lamp werkt niet meer sinds de laatste update, echt heel vervelend"),
]


def test_posts_are_told_apart_and_foreign_ones_are_not_misread() -> None:
    found = compared(POSTS, ("en", "fr"))
    assert found.vigie.accuracy == 1
    assert found.vigie.by_language == {"en": 1, "fr": 1}
    assert found.vigie.misread == 0
    assert found.py3langid.misread == 1  # limited to two languages, it takes Dutch for one of them
    assert shown(found).row_count == 6


def test_a_line_is_a_label_and_a_post(tmp_path: Path) -> None:
    file = tmp_path / "posts.tsv"
    file.write_text('negative\t"Nul !\nneutral\tBof\n', encoding="utf-8")
    assert read("fr", file) == [("fr", '"Nul !'), ("fr", "Bof")]
