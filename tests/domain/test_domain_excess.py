"""What makes up an excess: themes, links, authors and copies, with their share of it."""

from __future__ import annotations

from bot.domain.drivers import drivers
from bot.domain.excess import Driver, flooders, links_in
from bot.domain.mention import Analysis, Mention
from tests.builders import a_mention, a_post


def said(number: int, words: str, *themes: str, author: str = "") -> Mention:
    return a_mention(
        id=f"m{number}",
        post=a_post(
            id=f"p{number}",
            url=f"https://lumen.example/{number}",
            text=words,
            author=author or f"@a{number}",
        ),
        analysis=Analysis(language="en", sentiment=None, themes=themes, reach=100 - number % 7),
    )


def chatter(first: int, count: int) -> list[Mention]:
    return [
        said(n, f"number {n} says that lamp {n * 7} has colour {n * 13}", "colour")
        for n in range(first, first + count)
    ]


def found(window: list[Mention], past: list[Mention], expected: float) -> tuple[Driver, ...]:
    return drivers(window, past, expected=expected).parts


def test_a_theme_explains_its_share_of_the_excess() -> None:
    battery = [said(n, f"my {n} battery lasts {n * 3} minutes", "battery") for n in range(500, 525)]
    other = [said(n, f"lamp {n} of {n * 3} is out {n * 5}") for n in range(600, 615)]
    [first, *_] = found([*battery, *other, *chatter(700, 10)], chatter(0, 200), 10.0)
    assert (first.kind, first.what, first.seen) == ("theme", "battery", 25)
    assert first.share == 25 / 40
    assert first.usual == 0


def test_what_is_usual_of_a_theme_is_no_part_of_the_excess() -> None:
    past = chatter(0, 200)
    now = [*chatter(300, 40), *(said(n, f"dawn {n} at {n * 3}", "dawn") for n in range(400, 430))]
    parts = found(now, past, 40.0)
    assert [part.what for part in parts] == ["dawn"]
    assert parts[0].share == 1.0


def test_one_link_is_told_before_the_theme_that_it_carries() -> None:
    shared = [
        said(n, f"look {n}, {n * 11}: https://www.paper.example/lumo?utm_source={n} wow", "recall")
        for n in range(40)
    ]
    [first, second] = found(shared, chatter(100, 80), 2.0)
    assert (first.kind, first.what) == ("link", "https://paper.example/lumo")
    assert (first.seen, first.authors) == (40, 40)
    assert (second.kind, second.what) == ("theme", "recall")


def test_one_author_who_wrote_most_of_it_is_a_flood() -> None:
    mine = [said(n, f"buy {n} of lamp {n * 7} now", author="@bot") for n in range(30)]
    parts = found([*mine, *chatter(100, 8)], chatter(200, 80), 2.0)
    assert (parts[0].kind, parts[0].what, parts[0].seen) == ("author", "@bot", 30)
    assert [one.what for one in flooders(parts)] == ["@bot"]


def test_many_authors_are_no_flood() -> None:
    crowd = [said(n, f"dawn {n} at {n * 3}", "dawn") for n in range(40)]
    assert flooders(found(crowd, chatter(100, 80), 2.0)) == ()


def test_an_author_who_always_writes_so_much_drove_nothing() -> None:
    past = [said(n, f"news {n} of {n * 3}", author="@shop") for n in range(50)]
    now = [said(n, f"news {n} of {n * 3}", author="@shop") for n in range(60, 70)]
    assert not [part for part in found(now, past, 9.0) if part.kind == "author"]


def test_a_post_that_is_passed_on_is_one_post_and_its_reshares() -> None:
    words = "the lumo lamp of my mother caught fire last night and nobody answers"
    copies = [said(0, words), *(said(n, f"RT @a0 {words}") for n in range(1, 20))]
    everything = drivers([*copies, *chatter(100, 4)], chatter(200, 80), expected=4.0)
    assert everything.reshares == 19
    first = everything.parts[0]
    assert (first.kind, first.what) == ("copies", "https://lumen.example/0")
    assert (first.seen, first.authors) == (20, 20)


def test_posts_without_an_author_are_nobodys_flood() -> None:
    nameless = [
        a_mention(id=f"n{n}", post=a_post(id=f"n{n}", text=f"lamp {n} of {n * 3}", author=""))
        for n in range(30)
    ]
    assert flooders(found(nameless, [], 1.0)) == ()


def test_links_are_one_however_they_are_written() -> None:
    post = said(1, "see http://www.paper.example/a/. And (https://paper.example/a?utm_x=1)!")
    assert links_in(post) == {"https://paper.example/a"}
