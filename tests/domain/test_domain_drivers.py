"""What drove a spike: a post for each theme of the excess, so that no story hides another."""

from __future__ import annotations

from bot.domain.drivers import drivers
from bot.domain.mention import Analysis, Mention
from tests.builders import a_mention, a_post


def about(theme: str, number: int, words: str, reach: int = 100) -> Mention:
    return a_mention(
        id=f"{theme} {number}",
        post=a_post(id=f"{theme} {number}", text=words, author=f"@{theme}{number}"),
        analysis=Analysis(language="en", sentiment=None, themes=(theme,), reach=reach),
    )


def a_launch_and_a_crisis() -> list[Mention]:
    launch = [
        about("dawn", n, f"Dawn number {n} is lovely, it wakes {n} people gently", 5000)
        for n in range(20)
    ]
    crisis = [
        about("flashing", n, f"It began flashing at {n} and scared {n} children badly")
        for n in range(9)
    ]
    return [*launch, *crisis]


def test_the_second_story_of_a_spike_has_its_post_too() -> None:
    found = drivers(a_launch_and_a_crisis(), [])
    assert found.themes[:2] == ("dawn", "flashing")
    assert [post.analysis.themes[0] for post in found.posts[:2]] == ["dawn", "flashing"]
    assert len(found.posts) == 3


def test_authors_are_counted_once_each() -> None:
    same = [about("dawn", 1, f"words {n}") for n in range(5)]
    assert drivers(same, []).authors == 1


def test_a_theme_that_is_as_common_as_ever_drove_nothing() -> None:
    usual = [about("colour", n, f"the colour is nice, said {n}") for n in range(40)]
    now = [about("colour", n, f"the colour is nice, says {n}") for n in range(100, 105)]
    excess = [about("dawn", n, f"dawn is out, says {n} of us") for n in range(15)]
    assert drivers([*now, *excess], usual).themes[0] == "dawn"
    assert "colour" not in drivers([*now, *excess], usual).themes


def test_nothing_has_no_drivers() -> None:
    found = drivers([], [])
    assert (found.themes, found.authors, found.posts) == ((), 0, ())
