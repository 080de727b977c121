"""What a process under load holds is told by who holds it."""

from __future__ import annotations

import pytest

from benchmarks.load_traced import LARGE, held, report


class Shelf:
    def __init__(self) -> None:
        self.books: dict[str, int] = {}


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_a_table_that_fills_is_told_by_its_owner_and_its_name(shelf: Shelf) -> None:
    """Also one of text and numbers alone, which Python's collector passes over."""
    shelf.books.update((f"book {n}", n) for n in range(LARGE + 1))
    before = held()
    shelf.books.update((f"volume {n}", n) for n in range(LARGE))
    told = report(before, held())
    [line] = [line for line in told.splitlines() if line.endswith("dict in Shelf.books")]
    assert line.split()[:2] == [f"{LARGE + 1:,}", f"{2 * LARGE + 1:,}"]


def test_kinds_of_objects_that_became_more_are_counted() -> None:
    before = held()
    shelves = [Shelf() for _ in range(3)]
    [line] = [line for line in report(before, held()).splitlines() if line.endswith("  Shelf")]
    assert line.split()[0] == f"+{len(shelves)}"
