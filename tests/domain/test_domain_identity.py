from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.identity import (
    LONGEST_ID,
    as_typed,
    bounded,
    conversation_id,
    is_another,
    mention_id,
    page_key,
    thread_key,
    told_apart,
)
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


ARTICLE = Post(
    source="paper",
    id="urn:1",
    url="http://www.paper.example/lumo-recall/?utm_source=rss",
    title="Lumo recalls  its lamps",
    text="The maker of the Lumo lamp said on Monday that it would recall it.",
    author="A. Writer",
    at=datetime(2026, 3, 1, tzinfo=UTC),
)


def test_an_article_is_known_by_its_page_whatever_its_guid() -> None:
    moved = replace(
        ARTICLE, id="https://paper.example/?p=1", url="https://m.paper.example/lumo-recall"
    )
    assert page_key("Lumo", moved) == page_key("Lumo", ARTICLE) != ""
    assert page_key("Lumi", ARTICLE) != page_key("Lumo", ARTICLE)
    assert page_key("Lumo", replace(ARTICLE, source="other")) != page_key("Lumo", ARTICLE)


def test_an_edit_of_the_body_leaves_an_article_on_its_page() -> None:
    assert page_key("Lumo", replace(ARTICLE, text="Corrected.")) == page_key("Lumo", ARTICLE)


def test_reviews_of_one_app_share_a_page_and_a_headline_and_are_told_apart() -> None:
    by_another = replace(ARTICLE, id="2", author="Bo")
    assert page_key("Lumo", by_another) != page_key("Lumo", ARTICLE)


def test_what_has_no_address_is_known_by_its_id_alone() -> None:
    assert page_key("Lumo", replace(ARTICLE, url="")) == ""


def test_a_guid_that_stands_for_a_new_article_is_a_new_post() -> None:
    new = replace(
        ARTICLE, url="https://paper.example/other", title="Lumo opens", text="A shop in Lyon."
    )
    assert is_another(ARTICLE, new)
    assert told_apart(new).id != new.id
    assert told_apart(new).id == told_apart(replace(new, url="http://paper.example/other/")).id


def test_what_was_edited_is_no_other_post() -> None:
    assert not is_another(ARTICLE, replace(ARTICLE, title="Corrected", text="All else."))
    renamed = replace(ARTICLE, title="Renamed", url="https://paper.example/renamed")
    assert not is_another(ARTICLE, renamed)
    assert not is_another(ARTICLE, replace(renamed, text=f"{ARTICLE.text} Update: it is over."))


@given(st.text(), st.text(), st.text())
def test_a_post_is_never_another_than_itself(url: str, title: str, text: str) -> None:
    any_post = replace(ARTICLE, url=url, title=title, text=text)
    assert not is_another(any_post, any_post)
    assert page_key("Lumo", any_post) == page_key("Lumo", any_post)


def test_no_id_is_kept_whatever_its_length() -> None:
    long = "7" * 1_000_000
    kept = bounded(replace(ARTICLE, id=long, thread=long, local_id=long))
    assert len(kept.id) < LONGEST_ID
    assert (kept.thread, kept.local_id) == (kept.id, "")
    assert kept == bounded(replace(ARTICLE, id=long, thread=long, local_id=long))
    assert kept.id != bounded(replace(ARTICLE, id=long + "7")).id
    assert bounded(ARTICLE) is ARTICLE
