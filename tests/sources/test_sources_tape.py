"""What was heard of Bluesky's stream, and for whom it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mention import Post
from bot.sources.jetstream import read_event
from bot.sources.seen import id_mark
from bot.sources.tape import FORGOTTEN, MOST_OF_ONE, OVERLAP, Tape, micros
from bot.sources.text import plain
from bot.sources.wanted import Wanted
from tests.builders import NOW
from tests.sources.bluesky import account_line, line, post_uri, record
from tests.sources.conftest import payload, payload_names

LONG_AGO = micros(NOW - timedelta(hours=1))
OLDER = micros(NOW - timedelta(hours=2))


def tape(*lines: bytes, terms: tuple[str, ...] = ("lumo",), most: int = 100) -> Tape:
    """A tape that listened for some terms since an hour ago, and took some lines."""
    made = Tape("sky", most=most)
    made.want(terms, LONG_AGO, (), NOW)
    made.begin()
    for one in lines:
        made.take(one, NOW)
    return made


def ids(posts: list[Post]) -> list[str]:
    return [post.id.rpartition("/")[2] for post in posts]


def said(text: str, **changes: object) -> dict[str, object]:
    return {**record(), "text": text, **changes}


def test_only_what_is_listened_for_is_kept() -> None:
    heard = tape(line(1, 9), line(2, 8, written=said("Nothing to see")), line(3, 7))
    assert ids(heard.told(["lumo"], LONG_AGO)) == ["1", "3"]
    assert heard.position == micros(NOW - timedelta(minutes=7))


def test_a_post_is_what_its_author_wrote_at_the_place_where_it_is() -> None:
    (post,) = tape(line(1, 9)).told(["lumo"], LONG_AGO)
    assert (post.id, post.text, post.language) == (post_uri(1), "My Lumo died", "en")
    assert post.at == NOW - timedelta(minutes=9)


def test_what_claims_to_be_from_tomorrow_is_from_when_it_was_heard() -> None:
    (post,) = tape(line(1, 9, written=said("lumo", createdAt="2031-01-01T00:00:00Z"))).told(
        ["lumo"], LONG_AGO
    )
    assert post.at == NOW - timedelta(minutes=9)


def test_each_is_told_what_they_asked_for() -> None:
    both = tape(
        line(1, 9), line(2, 8, written=said("My halo")), line(3, 7, written=said("halo, lumo")),
        terms=("lumo", "halo"),
    )  # fmt: skip
    assert ids(both.told(["lumo"], LONG_AGO)) == ["1", "3"]
    assert ids(both.told(["halo"], LONG_AGO)) == ["2", "3"]
    assert ids(both.told(["halo"], micros(NOW - timedelta(minutes=8)))) == ["3"]


def test_links_tags_and_descriptions_are_listened_to_as_well() -> None:
    pictures = {"images": [{"alt": "a Lumo in the dark"}]}
    card = {"external": {"uri": "https://lumo.example/x", "title": "", "description": ""}}
    heard = tape(
        line(1, 9, written=said("x", embed=pictures)),
        line(2, 8, written=said("x", embed=card)),
        line(3, 7, written=said("x", tags=["lumo"])),
    )
    assert ids(heard.told(["lumo"], LONG_AGO)) == ["1", "2", "3"]


def test_a_post_that_is_taken_back_is_gone_and_not_told_any_more() -> None:
    heard = tape(line(1, 9), line(2, 8), line(1, 5, operation="delete"))
    assert ids(heard.told(["lumo"], LONG_AGO)) == ["2"]
    assert heard.gone(LONG_AGO) == (post_uri(1),)
    assert heard.gone(micros(NOW - timedelta(minutes=5))) == ()


def test_what_nobody_was_told_of_is_not_told_to_be_gone() -> None:
    heard = tape(line(9, 5, operation="delete"), account_line("deleted"))
    assert heard.gone(LONG_AGO) == ()


def test_a_post_told_before_a_restart_is_known_by_its_mark() -> None:
    heard = Tape("sky")
    heard.want(["lumo"], LONG_AGO, [id_mark(post_uri(1))], NOW)
    heard.begin()
    heard.take(line(1, 5, operation="delete"), NOW)
    assert heard.gone(LONG_AGO) == (post_uri(1),)


@pytest.mark.parametrize("status", ["deleted", "takendown", "suspended", "deactivated"])
def test_the_posts_of_an_account_that_is_gone_are_gone(status: str) -> None:
    other = "did:plc:bob"
    heard = tape(line(1, 9), line(2, 8), line(3, 7, did=other), account_line(status))
    assert set(heard.gone(LONG_AGO)) == {post_uri(1), post_uri(2)}
    assert ids(heard.told(["lumo"], LONG_AGO)) == ["3"]


@pytest.mark.parametrize("status", ["desynchronized", "throttled", ""])
def test_an_account_that_is_being_moved_is_not_gone(status: str) -> None:
    assert tape(line(1, 9), account_line(status)).gone(LONG_AGO) == ()


def test_an_edit_is_told_even_if_it_takes_the_word_away() -> None:
    edit = line(1, 5, operation="update", written=said("My lamp died"))
    (post,) = tape(line(1, 9), edit).told(["lumo"], LONG_AGO)
    assert post.text == "My lamp died"


def test_an_edit_that_adds_the_word_is_a_post() -> None:
    edit = line(1, 5, operation="update")
    assert ids(tape(line(1, 9, written=said("x")), edit).told(["lumo"], LONG_AGO)) == ["1"]


def test_reading_again_changes_nothing() -> None:
    lines = [
        line(1, 9),
        line(2, 8),
        line(2, 7, operation="update", written=said("Lumo again")),
        line(1, 6, operation="delete"),
    ]
    heard = tape(*lines)
    told = heard.told(["lumo"], LONG_AGO)
    for one in lines[:3]:
        heard.take(one, NOW)
        assert heard.told(["lumo"], LONG_AGO) == told


def test_a_term_that_is_asked_for_later_makes_the_stream_go_back_once() -> None:
    heard = tape(line(1, 9, written=said("lumo and halo")))
    heard.want(["lumo"], LONG_AGO, (), NOW)
    before = heard.must_go_back
    heard.want(["halo"], OLDER, (), NOW)
    assert (before, heard.must_go_back) == (False, True)
    assert not heard.covers(["halo"], OLDER)
    assert heard.begin() == OLDER
    assert heard.covers(["halo", "lumo"], OLDER)
    heard.take(line(1, 9, written=said("lumo and halo")), NOW)
    assert ids(heard.told(["halo"], OLDER)) == ids(heard.told(["lumo"], OLDER)) == ["1"]


def test_a_line_that_is_cut_is_taken_up_a_minute_before() -> None:
    heard = tape(line(1, 9), line(2, 8))
    assert heard.begin() == micros(NOW - timedelta(minutes=9))


def test_going_back_is_not_forgotten_when_the_line_cannot_be_opened() -> None:
    heard = tape(line(1, 9))
    heard.want(["halo"], OLDER, (), NOW)
    assert [heard.begin() for _ in range(3)] == [OLDER] * 3


def test_a_stream_that_begins_later_than_it_was_asked_to_has_lost_something() -> None:
    heard = tape(line(1, 9))
    assert heard.lost == micros(NOW - timedelta(minutes=9))
    assert tape(line(1, 59.5)).lost == 0
    sparse = Tape("sky", dense=False)
    sparse.want(["lumo"], LONG_AGO, (), NOW)
    sparse.begin()
    sparse.take(line(1, 9), NOW)
    assert sparse.lost == 0


def test_a_line_of_another_century_moves_nothing() -> None:
    heard = tape(line(1, 9), line(2, -200 * 365 * 1_440))
    assert heard.position == micros(NOW - timedelta(minutes=9))
    heard.take(line(3, 7), NOW)
    assert ids(heard.told(["lumo"], LONG_AGO)) == ["1", "3"]


def test_of_one_who_posts_all_day_the_last_are_known() -> None:
    heard = tape(*(line(n, 9) for n in range(MOST_OF_ONE + 50)))
    for number in (0, MOST_OF_ONE + 49):
        heard.take(line(number, 8, operation="delete"), NOW)
    assert heard.gone(LONG_AGO) == (post_uri(MOST_OF_ONE + 49),)


def test_what_falls_off_the_end_is_lost() -> None:
    heard = tape(*[line(number, 60 - number) for number in range(20)], most=12)
    assert len(heard.told(["lumo"], 0)) == 12
    assert heard.lost == micros(NOW - timedelta(minutes=53))


def test_an_edit_by_one_who_was_lost_sight_of_is_told_for_what_it_is_about_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.sources.tape.MOST_OF_ONE", 1)
    heard = tape(
        line(1, 9, written=said("halo, lumo")), line(2, 8),
        line(1, 7, written=said("My halo"), operation="update"), line(3, 6), line(4, 5),
        terms=("lumo", "halo"), most=2,
    )  # fmt: skip
    assert ids(heard.told(["lumo"], LONG_AGO)) == ["3", "4"]
    assert heard.told(["halo"], LONG_AGO) == []


def test_ten_thousand_watches_are_learnt_at_once_and_not_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    learnt: list[int] = []

    def counting(terms: Iterable[str]) -> Wanted:
        learnt.append(len(list(terms)))
        return Wanted(terms)

    monkeypatch.setattr("bot.sources.tape.Wanted", counting)
    heard = tape(terms=("lumo",))
    for number in range(200):
        heard.want([f"brand{number}"], LONG_AGO, (), NOW)
    heard.begin()
    heard.want(["brand7"], LONG_AGO, (), NOW)
    heard.begin()
    assert learnt == [0, 1, 201]
    heard.take(line(1, 9, written=said("brand150 and lumo")), NOW)
    assert ids(heard.told(["brand150"], LONG_AGO)) == ["1"]
    assert ids(heard.told(["lumo", "brand150"], LONG_AGO)) == ["1"]
    assert heard.told(["brand7"], LONG_AGO) == []


def test_a_term_that_nobody_asks_for_any_more_is_not_listened_for() -> None:
    heard = tape(terms=("lumo", "halo"))
    later = NOW + FORGOTTEN + timedelta(seconds=1)
    heard.want(["lumo"], LONG_AGO, (), NOW + timedelta(hours=1))
    heard.want(["lumo"], LONG_AGO, (), later)
    heard.take(line(1, 9, written=said("halo")), later)
    assert heard.told(["halo"], LONG_AGO) == []
    assert not heard.covers(["halo"], LONG_AGO)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my LUMO", {"Lumo"}),
        ("lumos died", {"Lumo"}),
        ("alumo", set()),
        ("lamp that wakes up", {"wake-up lamp"}),
        ("a lamp, up high", set()),
        ("C++ or c", {"C++"}),
        ("c", set()),
        ("so 🙂", {"🙂"}),
        ("l’ÉTÉ", {"été"}),
        ("", set()),
    ],
)
def test_words_are_met_at_their_beginnings(text: str, found: set[str]) -> None:
    assert Wanted(["Lumo", "wake-up lamp", "C++", "🙂", "été", ""]).found(text) == found


@given(st.lists(st.text(min_size=1, max_size=8), max_size=4), st.text(max_size=8))
def test_a_text_of_a_term_alone_is_found(terms: list[str], rest: str) -> None:
    for term in terms:
        if Wanted([term])._sought:
            assert term in Wanted(terms).found(f"{term}\n{rest}")


WRITTEN = st.text(st.sampled_from('aé🙂\u200b\u00ad\u202e"\\/+#&<\n \x7f\u2028') | st.characters())


@given(st.lists(st.text(min_size=1, max_size=4), max_size=3), WRITTEN, WRITTEN, st.booleans())
def test_what_may_not_be_in_a_document_is_not_in_its_text(
    terms: list[str], before: str, after: str, ascii_only: bool
) -> None:
    wanted = Wanted(terms)
    for term in ["", *terms]:
        text = f"{before}{term}{after}"
        document = json.dumps({"text": text}, ensure_ascii=ascii_only)
        try:
            raw = document.encode()
        except UnicodeEncodeError:
            continue  # half a character, which no line can hold
        if wanted.found(plain(text)):
            assert wanted.may_be_in(raw)


@pytest.mark.parametrize(
    "changes",
    [
        {"time_us": -1},
        {"time_us": "soon"},
        {"time_us": 10**17},
        {"commit": 7},
        {"did": None},
    ],
)
def test_a_line_that_cannot_be_read_is_none(changes: dict[str, object]) -> None:
    assert read_event(json.dumps({**json.loads(line()), **changes}).encode()) is None


@pytest.mark.parametrize("bad", [b"", b"\xff", b"[]", b"[" * 10_000, b'{"a":' * 10_000, b"null"])
def test_bytes_that_are_no_line_are_none(bad: bytes) -> None:
    assert read_event(bad) is None


def test_other_collections_and_places_are_passed_over() -> None:
    for one in (line(collection="app.bsky.feed.like"), line(rkey="a/b"), line(did="did:x y")):
        event = read_event(one)
        assert event is not None
        assert event.what is None


def test_the_overlap_is_a_minute() -> None:
    assert timedelta(microseconds=OVERLAP) == timedelta(minutes=1)


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("bluesky_jetstream", "*.jsonl"))
def test_recorded_lines_are_heard(name: str) -> None:
    lines = payload(name).splitlines()
    said = [json.loads(one) for one in lines]
    posts = [
        one
        for one in said
        if one.get("commit", {}).get("collection") == "app.bsky.feed.post"
        and "record" in one["commit"]
    ]
    terms = {word for one in posts for word in one["commit"]["record"]["text"].split()[:1]}
    heard = Tape("sky")
    heard.want(terms, 1, (), NOW)
    heard.begin()
    for one in lines:
        heard.take(one, NOW)
    assert len(heard.told(terms, 0)) == len(posts)
    assert heard.position == said[-1]["time_us"]
