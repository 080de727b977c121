"""Watches that search together find what each would find alone, with fewer requests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mention import Post
from bot.sources.merging import Merged
from bot.sources.searching import Found, Searching, Syntax
from tests.builders import NOW, a_post

ROUND = timedelta(minutes=5)
FRESH = ROUND / 2
TERMS = ("lumo", "lumi", "zest")


@dataclass
class Index:
    """A search that takes OR, over posts that appear some minutes after they were written."""

    posts: list[tuple[Post, int]] = field(default_factory=list)
    size: int = 3
    minute: float = 0
    asked: list[str] = field(default_factory=list)

    async def ask(self, query: str, since: object, more: str) -> Found:
        self.asked.append(query)
        words = query.split(" OR ")
        there = [post for post, appears in self.posts if appears <= self.minute]
        found = [post for post in there if any(word in post.text.split() for word in words)]
        found.sort(key=lambda post: (post.at, post.id), reverse=True)
        page = int(more or "0")
        part = found[page * self.size : (page + 1) * self.size]
        return Found(part, str(page + 1) if len(found) > (page + 1) * self.size else "")

    def searching(self) -> Searching:
        return Searching(self.ask, Syntax(joiner=" OR "), overlap=timedelta(hours=1), pages=100)

    def write(self, minute: int, text: str, late: int = 0) -> None:
        at = NOW + timedelta(minutes=minute)
        self.posts.append((a_post(id=f"p{len(self.posts)}", at=at, text=text), minute + late))


Search = Searching | Merged


@dataclass
class Watch:
    """A watch for some terms; `found` is what it was given that is about them, each once."""

    terms: tuple[str, ...]
    cursor: str | None = None
    found: list[str] = field(default_factory=list)

    async def poll(self, index: Index, search: Search, minute: float) -> None:
        index.minute = minute
        page = await search.fetch(self.terms, self.cursor, NOW + timedelta(minutes=minute))
        assert page.complete
        self.cursor = page.cursor
        about = [post for post in page.posts if set(self.terms) & set(post.text.split())]
        self.found += [post.id for post in about if post.id not in self.found]


async def test_one_search_serves_all_watches_of_a_round() -> None:
    index = Index()
    search = Merged(index.searching(), FRESH)
    watches = [Watch((term,)) for term in TERMS]
    for number in range(4):
        index.asked.clear()
        for place, watch in enumerate(watches):
            await watch.poll(index, search, 5 * number + place / 4)
    assert index.asked == ["lumo OR lumi OR zest"]


async def test_what_was_found_together_is_each_ones_own() -> None:
    index = Index()
    search = Merged(index.searching(), FRESH)
    watches = [Watch((term,)) for term in TERMS]
    for number in range(4):
        index.write(5 * number - 2, f"a {TERMS[number % 3]} lamp")
        for place, watch in enumerate(watches):
            await watch.poll(index, search, 5 * number + place / 4)
    assert [watch.found for watch in watches] == [["p0", "p3"], ["p1"], ["p2"]]


async def test_a_new_watch_reads_its_history_alone() -> None:
    index = Index()
    index.write(-100, "zest")
    search = Merged(index.searching(), FRESH)
    old, new = Watch(("lumo",)), Watch(("zest",))
    await old.poll(index, search, 0)
    await old.poll(index, search, 5)
    await new.poll(index, search, 5.5)
    assert index.asked[-1] == "zest"
    assert new.found == ["p0"]


async def test_a_watch_that_is_gone_is_not_searched_for_any_more() -> None:
    index = Index()
    search = Merged(index.searching(), FRESH)
    gone, there = Watch(("zest",)), Watch(("lumo",))
    for minute in (0, 5):
        await gone.poll(index, search, minute)
        await there.poll(index, search, minute + 0.5)
    await there.poll(index, search, 60)
    assert index.asked[-1] == "lumo"


async def test_the_history_of_the_same_terms_is_read_once() -> None:
    index = Index()
    index.write(-100, "zest")
    search = Merged(index.searching(), FRESH)
    watches = [Watch(("zest",)) for _ in range(3)]
    for place, watch in enumerate(watches):
        await watch.poll(index, search, place / 4)
    assert index.asked == ["zest"]
    assert [watch.found for watch in watches] == [["p0"]] * 3


async def test_a_history_that_was_read_a_while_ago_is_read_anew() -> None:
    index = Index()
    search = Merged(index.searching(), FRESH)
    for minute in (0, 3, -60):
        await Watch(("zest",)).poll(index, search, minute)
    assert index.asked == 3 * ["zest"]


async def test_watches_that_begin_at_the_same_moment_find_all() -> None:
    index = Index()
    search = Merged(index.searching(), FRESH)
    watches = [Watch((term,)) for term in TERMS]
    for minute in range(0, 20, 5):
        for term in TERMS:
            index.write(minute - 1, term)
        await asyncio.gather(*(watch.poll(index, search, minute) for watch in watches))
    assert [len(watch.found) for watch in watches] == [4, 4, 4]
    assert len(set(index.asked[-2:])) == 1


POSTS = st.lists(
    st.tuples(
        st.integers(-60, 60),
        st.lists(st.sampled_from(TERMS), min_size=1, max_size=2).map(" ".join),
        st.integers(0, 30),
    ),
    max_size=25,
)
POLLS = st.lists(
    st.tuples(st.integers(0, 3), st.floats(0, 6, allow_nan=False)), min_size=1, max_size=30
)


@given(POSTS, POLLS)
async def test_together_or_alone_each_watch_finds_the_same(
    posts: list[tuple[int, str, int]], polls: list[tuple[int, float]]
) -> None:
    wanted = (("lumo",), ("lumi", "lumo"), ("zest",), ("zest", "lumi"))
    found = []
    for together in (True, False):
        index = Index()
        for written, text, late in posts:
            index.write(written, text, late)
        search: Search = Merged(index.searching(), FRESH) if together else index.searching()
        watches = [Watch(terms) for terms in wanted]
        minute = 0.0
        for place, pause in polls:
            minute += pause
            await watches[place].poll(index, search, minute)
        for _ in range(3):  # and all once more, when everything has appeared
            minute += 100
            for watch in watches:
                await watch.poll(index, search, minute)
        found.append([sorted(watch.found) for watch in watches])
    assert found[0] == found[1]
