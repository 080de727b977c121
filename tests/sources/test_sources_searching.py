"""Searches are polled without a gap, whatever their index does meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.mention import Post
from bot.errors import SourceGarbled, SourceRateLimited, SourceUnavailable
from bot.sources.base import Page
from bot.sources.searching import Found, Searching, Syntax
from tests.builders import NOW, a_post

OVERLAP = timedelta(hours=2)
HISTORY = timedelta(days=7)


def minutes(count: float) -> datetime:
    """A time so many minutes after NOW."""
    return NOW + timedelta(minutes=count)


@dataclass
class Entry:
    """What stands in an index: since when, until when, and what it says from when on."""

    post: Post
    appears: datetime
    gone: datetime | None = None
    edited: datetime | None = None

    def at(self, now: datetime) -> Post | None:
        if now < self.appears or (self.gone and now >= self.gone):
            return None
        if self.edited and now >= self.edited:
            return msgspec.structs.replace(self.post, text="I take it back")
        return self.post


@dataclass
class Index:
    """A search with numbered pages over what stands in it at the moment of each request.

    Each request takes `step`. Those whose number is in `limits` are refused, until a minute on.
    """

    entries: list[Entry] = field(default_factory=list)
    size: int = 3
    step: timedelta = timedelta(0)
    limits: set[int] = field(default_factory=set)
    tells_since: bool = True
    now: datetime = NOW
    asked: list[tuple[str, datetime, str]] = field(default_factory=list)

    def add(self, id: str, at: float, appears: float | None = None, **changes: object) -> Entry:
        post = a_post(id=id, at=minutes(at), text=f"lumo {id}")
        entry = Entry(post, minutes(at if appears is None else appears))
        for name, value in changes.items():
            setattr(entry, name, value)
        self.entries.append(entry)
        return entry

    async def ask(self, query: str, since: datetime, more: str) -> Found:
        self.asked.append((query, since, more))
        self.now += self.step
        if len(self.asked) in self.limits:
            raise SourceRateLimited("busy", self.now + timedelta(minutes=1))
        listed = [post for entry in self.entries if (post := entry.at(self.now))]
        if self.tells_since:
            listed = [post for post in listed if post.at >= since]
        listed.sort(key=lambda post: (post.at, post.id), reverse=True)
        page = int(more or "0")
        part = listed[page * self.size : (page + 1) * self.size]
        left = len(listed) > (page + 1) * self.size
        return Found(part, more=str(page + 1) if left else "")

    def searching(self, pages: int = 10, syntax: Syntax | None = None) -> Searching:
        syntax = syntax or Syntax()
        return Searching(self.ask, syntax, overlap=OVERLAP, history=HISTORY, pages=pages)

    async def poll(
        self, at: float, cursor: str | None = None, *, pages: int = 10, terms: str = "lumo"
    ) -> Page:
        self.now = max(self.now, minutes(at))
        return await self.searching(pages).fetch(terms.split("|"), cursor, minutes(at))


def ids(page: Page) -> list[str]:
    return [post.id for post in page.posts]


async def test_the_first_poll_returns_seven_days_oldest_first() -> None:
    index = Index()
    index.add("new", -1)
    index.add("old", -6 * 1440)
    index.add("older", -8 * 1440)
    page = await index.poll(0)
    assert ids(page) == ["old", "new"]
    assert page.complete
    assert index.asked == [("lumo", NOW - HISTORY, "")]


async def test_a_post_is_returned_once_and_its_edit_again() -> None:
    index = Index()
    entry = index.add("a", -1)
    page = await index.poll(0)
    page = await index.poll(5, page.cursor)
    assert page.posts == ()
    entry.edited = minutes(6)
    page = await index.poll(10, page.cursor)
    assert [post.text for post in page.posts] == ["I take it back"]


async def test_what_the_index_takes_in_late_is_found() -> None:
    index = Index()
    index.add("a", -1)
    index.add("late", -110, appears=7)
    page = await index.poll(0)
    page = await index.poll(10, page.cursor)
    assert ids(page) == ["late"]


async def test_an_index_that_stood_still_loses_nothing_when_it_fills_up() -> None:
    index = Index()
    index.add("a", -1)
    page = await index.poll(0)
    for hour in (12, 24, 36):
        page = await index.poll(hour * 60, page.cursor)
    index.add("first", 10, appears=37 * 60)
    index.add("second", 30 * 60, appears=37 * 60)
    page = await index.poll(37 * 60, page.cursor)
    assert ids(page) == ["first", "second"]


async def test_a_post_from_the_future_does_not_hide_what_the_index_takes_in_late() -> None:
    index = Index()
    page = await index.poll(0)
    for hour in (12, 24):
        # Its claim lies ahead, so each time it is from the moment of the poll.
        index.entries = []
        index.add("ahead", hour * 60)
        page = await index.poll(hour * 60, page.cursor)
    index.add("late", 60, appears=25 * 60)
    page = await index.poll(25 * 60, page.cursor)
    assert "late" in ids(page)


async def test_quiet_polls_leave_the_cursor_as_it_was() -> None:
    index = Index()
    index.add("a", -30)
    index.add("b", -300)
    page = await index.poll(0)
    before = await index.poll(5, page.cursor)
    for minute in (10, 60, 3000):
        page = await index.poll(minute, before.cursor)
        assert (page.posts, page.cursor) == ((), before.cursor)


async def test_the_cursor_of_a_search_that_runs_on_stays_short() -> None:
    index = Index(size=200)
    page = await index.poll(0)
    for poll in range(1, 60):
        for number in range(50):
            index.add(f"{poll} {number}", 5 * poll - number / 20)
        page = await index.poll(5 * poll, page.cursor)
        assert len(page.posts) == 50
    held = OVERLAP / timedelta(minutes=5) * 50
    assert len(page.cursor) < 25 * (held + 600)


async def test_a_post_taken_back_between_two_pages_hides_no_other() -> None:
    index = Index(step=timedelta(seconds=10))
    index.add("start", -300)
    page = await index.poll(0)
    # While the first of two pages is read, one on it goes: "c" moves up onto it.
    for place, id in enumerate(["d", "c", "b", "a"]):
        index.add(id, 1000 - 200 * place)
    for _ in range(2):
        index.add("x", 1001, gone=minutes(1100) + timedelta(seconds=15))
    page = await index.poll(1100, page.cursor)
    assert ids(page) == ["a", "d", "x"]
    page = await index.poll(1105, page.cursor)
    assert "c" in ids(page)


async def test_more_than_the_pages_hold_is_not_complete() -> None:
    index = Index()
    index.add("a", -1)
    page = await index.poll(0, pages=2)
    for number in range(10):
        index.add(f"n{number}", 1 + number)
    page = await index.poll(20, page.cursor, pages=2)
    assert not page.complete
    assert len(page.posts) == 6


async def test_what_a_first_poll_leaves_out_is_no_gap() -> None:
    index = Index()
    for number in range(20):
        index.add(f"n{number}", -number - 1)
    page = await index.poll(0, pages=2)
    assert page.complete
    assert len(page.posts) == 6


async def test_a_search_that_shows_the_same_page_for_ever_is_not_complete() -> None:
    async def ask(query: str, since: datetime, more: str) -> Found:
        return Found([a_post(id="1", at=since + timedelta(hours=4))], more="again")

    searching = Searching(ask, Syntax(), overlap=OVERLAP)
    page = await searching.fetch(["lumo"], None, NOW)
    page = await searching.fetch(["lumo"], page.cursor, minutes(5))
    assert not page.complete


async def test_a_search_that_leaves_something_out_is_asked_again_from_there() -> None:
    whole = False

    async def ask(query: str, since: datetime, more: str) -> Found:
        asked.append(since)
        return Found([a_post(id="1", at=minutes(-60))], whole=whole)

    asked: list[datetime] = []
    searching = Searching(ask, Syntax(), overlap=OVERLAP)
    page = await searching.fetch(["lumo"], None, NOW)
    assert page.pending
    whole = True
    page = await searching.fetch(["lumo"], page.cursor, NOW)
    assert not page.pending
    assert asked[0] == asked[1]


async def test_one_pinned_on_top_does_not_end_the_walk() -> None:
    pages = {
        "": Found([a_post(id="pinned", at=minutes(-9999)), a_post(id="b", at=minutes(2))], "2"),
        "2": Found([a_post(id="a", at=minutes(1)), a_post(id="old", at=minutes(-900))], "3"),
    }

    async def ask(query: str, since: datetime, more: str) -> Found:
        return pages[more]

    index = Index()
    index.add("0", -5)
    page = await index.poll(0)
    page = await Searching(ask, Syntax(), overlap=OVERLAP).fetch(["lumo"], page.cursor, minutes(9))
    assert ids(page) == ["a", "b"]
    assert page.complete


async def test_a_limit_at_the_first_request_is_raised() -> None:
    with pytest.raises(SourceRateLimited):
        await Index(limits={1}).poll(0)


async def test_a_limit_in_mid_walk_ends_it_and_the_next_poll_closes_the_gap() -> None:
    index = Index()
    index.add("z", -1)
    page = await index.poll(0)
    for number in range(9):
        index.add(f"n{number}", 200 + number)
    index.limits = {3}
    page = await index.poll(300, page.cursor)
    assert page.pending
    assert page.resume_at == minutes(301)
    assert len(page.posts) == 3
    page = await index.poll(305, page.cursor)
    assert page.complete
    assert len(page.posts) == 6


async def test_a_search_that_asks_to_be_left_alone_is() -> None:
    rest = minutes(30)
    asked: list[str] = []

    async def ask(query: str, since: datetime, more: str) -> Found:
        asked.append(query)
        return Found([a_post(at=minutes(-1))], resume_at=rest)

    page = await Searching(ask, Syntax(), overlap=OVERLAP).fetch(["lumo", "clair"], None, NOW)
    assert asked == ["lumo"]
    assert (page.pending, page.resume_at, len(page.posts)) == (True, rest, 1)


async def test_terms_that_were_left_out_are_asked_first_the_next_time() -> None:
    index = Index()
    terms = "a|b|c"
    page = await index.poll(0, terms=terms)
    for start in (10, 20, 30):
        index.limits = {len(index.asked) + 2}
        page = await index.poll(start, page.cursor, terms=terms)
    answered = [query for query, _, _ in index.asked[3::2]]
    assert sorted(answered) == ["a", "b", "c"]


async def test_a_new_term_is_searched_back_and_then_asked_with_the_others() -> None:
    index = Index()
    syntax = Syntax(joiner=" OR ")
    searching = index.searching(syntax=syntax)
    index.add("a", -1)
    page = await searching.fetch(["lumo"], None, NOW)
    for minute in (5, 10, 15):
        page = await searching.fetch(["lumo", "clair"], page.cursor, minutes(minute))
    queries = [query for query, _, _ in index.asked]
    assert queries[1:3] == ["clair", "lumo"]
    assert index.asked[1][1] == minutes(5) - HISTORY
    assert queries[-1] == "lumo OR clair"


async def test_a_failure_in_mid_walk_fails_the_poll() -> None:
    index = Index()
    for number in range(9):
        index.add(f"n{number}", -number - 1)

    async def ask(query: str, since: datetime, more: str) -> Found:
        if more == "1":
            raise SourceUnavailable("down")
        return await index.ask(query, since, more)

    with pytest.raises(SourceUnavailable):
        await Searching(ask, Syntax(), overlap=OVERLAP).fetch(["lumo"], None, NOW)


@pytest.mark.parametrize(
    "cursor", ["", "x", "[" * 9000, '{"known": {"lumo": [1, 99e99]}}', '{"known": {"lumo": 3}}']
)
async def test_a_damaged_cursor_is_a_first_poll(cursor: str) -> None:
    index = Index()
    index.add("a", -6 * 1440)
    assert ids(await index.poll(0, cursor)) == ["a"]


def test_terms_are_packed_into_as_few_queries_as_the_search_takes() -> None:
    syntax = Syntax(joiner=" OR ", chars=20, terms=3)
    assert syntax.queries(["a", "b", "c", "d"]) == ["a OR b OR c", "d"]
    assert syntax.queries(["lumo", "wake light", "b"]) == ['lumo OR "wake light"', "b"]
    assert Syntax().queries(["a", "b"]) == ["a", "b"]


def test_terms_are_quoted_and_alike_ones_asked_for_once() -> None:
    syntax = Syntax(joiner=" OR ")
    (query,) = syntax.packed(["lumo", 'wake  "light', "wake light", ' " '])
    assert query.text == 'lumo OR "wake light"'
    assert query.terms == ("lumo", 'wake  "light', "wake light")


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Up to 25 posts of three days that appear late or out of order, some edited, some gone."""
    found: list[Entry] = []
    for number in range(draw(st.integers(0, 25))):
        at = draw(st.integers(-600, 3 * 1440))
        appears = at + draw(st.sampled_from([0, 0, 0, 1, 5, 60, 119]))
        post = a_post(id=f"p{number}", at=minutes(at), text=f"lumo {number}")
        entry = Entry(post, minutes(appears))
        fate = draw(st.sampled_from(["stays", "stays", "stays", "goes", "edited"]))
        if fate == "goes":
            entry.gone = minutes(appears + draw(st.integers(1, 600)))
        if fate == "edited":
            entry.edited = minutes(draw(st.integers(appears, max(appears, at + 119))))
        found.append(entry)
    return found


STEPS = st.lists(st.sampled_from([1, 5, 5, 5, 30, 119, 600, 1500]), min_size=1, max_size=30)


async def polled(
    index: Index, steps: Sequence[int], pages: int, limited: Sequence[bool]
) -> list[Page]:
    """Polls after so many minutes each, in some of which the second request is refused; then,
    after two days in which nothing is written, two polls more."""
    at, cursor = 0, None
    found: list[Page] = []
    for step, busy in [*zip(steps, limited, strict=False), (2 * 1440, False), (5, False)]:
        index.limits = {len(index.asked) + 2} if busy else set()
        page = await index.poll(at, cursor, pages=pages)
        cursor = page.cursor
        found.append(page)
        at += step
    index.limits = set()
    found.append(await index.poll(max(at, 4 * 1440), cursor, pages=pages))
    found.append(await index.poll(max(at, 4 * 1440) + 5, found[-1].cursor, pages=pages))
    return found


@settings(max_examples=150, deadline=None)
@given(
    entries=entries(),
    steps=STEPS,
    limited=st.lists(st.booleans(), min_size=30, max_size=30),
    pages=st.sampled_from([2, 4, 30]),
    size=st.sampled_from([1, 3, 50]),
    tells_since=st.booleans(),
    step=st.sampled_from([0, 10, 60]),
)
async def test_every_post_is_returned_exactly_once_or_the_gap_is_told(
    entries: list[Entry],
    steps: list[int],
    limited: list[bool],
    pages: int,
    size: int,
    tells_since: bool,
    step: int,
) -> None:
    index = Index(entries, size, timedelta(seconds=step), tells_since=tells_since)
    found = await polled(index, steps, pages, limited)
    times = Counter((post.id, post.text) for page in found for post in page.posts)
    assert all(count == 1 for count in times.values())
    if all(page.complete for page in found) and not found[-1].pending:
        stay = [entry for entry in entries if entry.gone is None and entry.appears > NOW]
        last = {(one.post.id, "I take it back" if one.edited else one.post.text) for one in stay}
        assert last <= set(times)


@settings(max_examples=100, deadline=None)
@given(
    entries=entries(),
    steps=STEPS,
    limited=st.lists(st.booleans(), min_size=30, max_size=30),
    size=st.sampled_from([1, 3]),
)
async def test_limits_in_mid_walk_lose_nothing_in_the_end(
    entries: list[Entry], steps: list[int], limited: list[bool], size: int
) -> None:
    index = Index(entries, size)
    found = await polled(index, steps, 30, limited)
    met = {post.id for page in found for post in page.posts}
    assert {e.post.id for e in entries if e.gone is None and e.appears > NOW} <= met


def crowded(index: Index, *, people: int = 5) -> list[Entry]:
    """So many people's posts of the last minutes."""
    entries = [index.add(f"c{number}", -10 - number) for number in range(people)]
    for number, entry in enumerate(entries):
        entry.post = msgspec.structs.replace(entry.post, author=f"person {number}")
    return entries


async def test_a_search_that_showed_many_and_shows_none_is_not_quiet() -> None:
    index = Index()
    crowded(index)
    page = await index.poll(0)
    kept, index.entries = index.entries, []
    for minute in (5, 60, 3000):
        with pytest.raises(SourceGarbled, match="nothing any more"):
            await index.poll(minute, page.cursor)
    index.entries = kept
    index.add("missed", 200)
    assert ids(await index.poll(3005, page.cursor)) == ["missed"]


@pytest.mark.parametrize("people", [1, 4])
async def test_a_few_people_may_take_back_what_they_said(people: int) -> None:
    index = Index()
    crowded(index, people=people)
    page = await index.poll(0)
    index.entries = []
    page = await index.poll(5, page.cursor)
    assert (page.posts, page.pending, page.emptied) == ((), False, None)


async def test_one_person_may_take_back_a_hundred_posts() -> None:
    index = Index(size=200)
    for number in range(100):
        index.add(f"n{number}", -number)
    page = await index.poll(0)
    index.entries = []
    assert not (await index.poll(5, page.cursor)).pending


async def test_a_page_without_the_newest_post_known_is_blank() -> None:
    index = Index()
    page = await index.poll(0)
    assert not page.blank
    index.add("a", 1)
    page = await index.poll(5, page.cursor)
    page = await index.poll(10, page.cursor)
    assert not page.blank
    index.entries = []
    assert (await index.poll(15, page.cursor)).blank
    assert not (await index.poll(6 * 1440, page.cursor)).blank


async def test_what_went_one_by_one_is_believed() -> None:
    index = Index()
    crowded(index, people=6)
    page = await index.poll(0)
    for minute in range(5, 40, 5):
        index.entries = index.entries[1:]
        page = await index.poll(minute, page.cursor)
        assert not page.pending


async def test_a_search_may_forget_what_is_as_old_as_its_history() -> None:
    index = Index()
    crowded(index)
    page = await index.poll(0)
    index.entries = []
    assert not (await index.poll(6 * 1440, page.cursor)).pending


async def test_one_term_that_is_hidden_does_not_hide_the_others() -> None:
    hidden = False

    async def ask(query: str, since: datetime, more: str) -> Found:
        if query == "lumo" and hidden:
            return Found([])
        index.entries, other = entries[query], index.entries
        found = await index.ask(query, since, more)
        index.entries = other
        return found

    index = Index(size=20)
    lumo = crowded(index)
    index.entries = []
    entries = {"lumo": lumo, "zest": [index.add("z", -3)]}
    searching = Searching(ask, Syntax(), overlap=OVERLAP)
    page = await searching.fetch(["lumo", "zest"], None, NOW)
    hidden = True
    index.entries = entries["zest"]
    index.add("new", 4)
    index.now = minutes(5)
    page = await searching.fetch(["lumo", "zest"], page.cursor, minutes(5))
    assert (ids(page), page.pending, page.emptied) == (["new"], True, ("lumo",))
    hidden = False
    page = await searching.fetch(["lumo", "zest"], page.cursor, minutes(10))
    assert (page.pending, page.emptied) == (False, ())


async def test_a_term_that_is_not_asked_for_any_more_is_missed_by_nobody() -> None:
    index = Index()
    crowded(index)
    page = await index.poll(0)
    index.entries = []
    page = await index.poll(5, page.cursor, terms="clair")
    assert not page.pending
