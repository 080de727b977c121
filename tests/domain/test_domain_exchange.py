"""What new posts in a thread mean."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.exchange import LATEST, SOONEST, pause, turn
from bot.domain.mention import Post
from tests.builders import NOW, a_post

FIRST = a_post(id="first", author="@ada")
EVERY = timedelta(minutes=5)


def ours(post: Post) -> bool:
    return post.author == "@maisonlumo"


def a_reply(id: str, minutes: int, author: str = "@ada") -> Post:
    return a_post(id=id, author=author, at=NOW + timedelta(minutes=minutes), thread="first")


ANSWER = a_reply("answer", 12, "@maisonlumo")
BACK = a_reply("back", 20)


def test_nothing_is_new_in_a_thread_that_nobody_answered() -> None:
    found = turn([FIRST, a_reply("more", 3)], (), FIRST, ours)
    assert (found.answer, found.wrote) == (None, None)
    assert set(found.heard) == {"first", "more"}


def test_the_brands_own_post_is_an_answer_once() -> None:
    found = turn([FIRST, ANSWER], (), FIRST, ours)
    assert found.answer == ANSWER
    assert turn([FIRST, ANSWER], found.heard, FIRST, ours).answer is None


def test_what_the_brand_wrote_before_it_answers_nothing() -> None:
    launch = a_reply("launch", -60, "@maisonlumo")
    found = turn([launch, FIRST, a_reply("more", 3)], (), FIRST, ours)
    assert (found.answer, found.wrote) == (None, None)


def test_what_they_write_after_an_answer_is_told_after_it() -> None:
    answered = turn([FIRST, ANSWER, BACK], (), FIRST, ours)
    assert (answered.answer, answered.wrote) == (ANSWER, None)
    back = turn([FIRST, ANSWER, BACK], answered.heard, FIRST, ours)
    assert (back.answer, back.wrote) == (None, BACK)


def test_a_long_exchange_that_is_first_read_late_is_its_first_answer_and_where_it_stands() -> None:
    posts = [FIRST, ANSWER, BACK, a_reply("2nd", 30, "@maisonlumo"), a_reply("thanks", 40)]
    answered = turn(posts, (), FIRST, ours)
    assert answered.answer == ANSWER
    back = turn(posts, answered.heard, FIRST, ours)
    assert back.wrote is not None
    assert back.wrote.id == "thanks"
    assert turn(posts, back.heard, FIRST, ours) == back._replace(wrote=None)


THREADS = st.lists(
    st.tuples(st.integers(-30, 300), st.sampled_from(["@ada", "@bob", "@maisonlumo"])), max_size=25
)


@given(THREADS, st.integers(0, 25))
def test_however_a_thread_is_read_it_comes_to_rest_and_its_first_answer_is_told_first(
    written: list[tuple[int, str]], seen: int
) -> None:
    said = [a_reply(f"p{n}", minutes, who) for n, (minutes, who) in enumerate(sorted(written))]
    posts = sorted([FIRST, *said], key=lambda post: post.at)
    first_look = turn(posts[:seen], (), FIRST, ours)
    told, heard = [first_look], first_look.heard
    for _ in range(len(posts) + 2):
        told.append(turn(posts, heard, FIRST, ours))
        heard = told[-1].heard
    assert (told[-1].answer, told[-1].wrote) == (None, None)
    answers = [post for post in posts if ours(post) and post.at >= FIRST.at]
    news = [one.answer or one.wrote for one in told if one.answer or one.wrote]
    assert len({post.id for post in news if post}) == len(news), "nothing is told twice"
    if answers and seen == 0:
        assert news[0] == answers[0]
    if not answers:
        assert news == []


def test_a_thread_that_moves_is_read_often_and_a_quiet_one_seldom() -> None:
    assert pause(timedelta(), EVERY) == SOONEST
    assert pause(timedelta(hours=1), EVERY) == timedelta(minutes=10)
    assert pause(timedelta(days=3), EVERY) == LATEST
    assert pause(timedelta(days=3), timedelta(hours=1)) == timedelta(hours=12)
    assert pause(timedelta(), timedelta(seconds=5)) == timedelta(seconds=2)
