from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.identity import as_typed, conversation_id, mention_id, thread_key
from bot.domain.mention import Post


def post(source: str = "feed", id: str = "1", thread: str = "") -> Post:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Post(source=source, id=id, url="", text="", author="", at=at, thread=thread)


def test_the_same_post_gets_the_same_id_for_ever() -> None:
    assert mention_id("lumo", post()) == mention_id("lumo", post())
    assert conversation_id("lumo", "feed", "1") == "qk2ezn"


def test_watch_source_and_post_each_make_a_difference() -> None:
    ids = {
        mention_id("lumo", post()),
        mention_id("lumi", post()),
        mention_id("lumo", post(source="forum")),
        mention_id("lumo", post(id="2")),
    }
    assert len(ids) == 4


def test_parts_do_not_run_into_each_other() -> None:
    assert conversation_id("ab", "c", "d") != conversation_id("a", "bc", "d")


def test_answers_share_the_thread_of_their_root() -> None:
    assert thread_key(post(id="1")) == thread_key(post(id="2", thread="1")) == "1"


@given(st.text(), st.text(), st.text())
def test_an_id_can_be_typed_as_it_is_read(watch: str, source: str, thread: str) -> None:
    id = conversation_id(watch, source, thread)
    assert len(id) == 6
    read = id.upper().replace("0", "O").replace("1", "l")
    assert as_typed(f" #{read} ") == id
