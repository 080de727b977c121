"""The garbage collector leaves alone what stays, and finds what does not in the end."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.operating import heap
from bot.operating.heap import sparing


class Ring:
    """Garbage that only the collector finds: it holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_what_is_loaded_already_is_not_looked_through() -> None:
    before = [Ring()]
    with sparing():
        assert gc.get_freeze_count() > 0
        assert all(one is not before for one in gc.get_objects())


def test_what_outlived_a_long_look_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "LONGEST", -1)
    with sparing():
        monkeypatch.setattr(heap, "SHARE", 1_000_000)
        stays = [Ring()]
        gc.collect()
        assert all(one is not stays for one in gc.get_objects())


def test_what_outlived_a_short_look_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "LONGEST", 600)
    with sparing():
        stays = [Ring()]
        gc.collect()
        assert any(one is stays for one in gc.get_objects())


def test_garbage_that_was_set_aside_is_found_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap, "LONGEST", -1)
    monkeypatch.setattr(heap, "SHARE", 1_000_000)
    with sparing():
        rings = [Ring()]
        later = weakref.ref(rings[0])
        gc.collect()  # in use still, it is set aside
        rings.clear()
        gc.collect()
        assert later() is not None
        monkeypatch.setattr(heap, "SHARE", 0)  # the long looks took long enough
        gc.collect()
        gc.collect()  # this one is at all
        assert later() is None
