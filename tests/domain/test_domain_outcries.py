"""People who ask for the same, and when a team is to hear of it by itself."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from bot.domain.insights import Insight
from bot.domain.mention import Mention
from bot.domain.outcries import (
    Outcry,
    Rule,
    asked_already,
    askings,
    is_to_be_told,
    is_to_be_told_again,
    likest,
    outcries,
    usual_of,
)
from tests.builders import NOW, a_mention, a_post

RULE = Rule(people=3, within=timedelta(days=7))
DARK = ("Please add a dark mode", "I'd love a black theme", "Il manque un mode sombre")


def saying(text: str, author: str, *, ago: timedelta = timedelta(hours=1), id: str = "") -> Mention:
    at = NOW - ago
    return a_mention(
        id=id or f"m {author} {text}",
        at=at,
        seen=at,
        post=a_post(id=f"{author} {text}", text=text, author=author, at=at),
    )


def crowd(*authors: str) -> list[Mention]:
    return [saying(DARK[n % 3], author, id=f"m{n}") for n, author in enumerate(authors)]


def the_outcry(mentions: list[Mention]) -> Outcry:
    return outcries(askings(mentions, ("lumo",)))[0]


def insight(**changes: object) -> Insight:
    made = Insight(
        id="i1", title="Dark mode", kind="wish", watch="Lumo", heard=NOW, first=NOW,
        words=("dark mode",), state="heard",
    )  # fmt: skip
    return replace(made, **changes)


def test_as_many_people_as_the_rule_asks_for_are_told_of() -> None:
    assert is_to_be_told(the_outcry(crowd("@a", "@b", "@c")), RULE, NOW)
    assert not is_to_be_told(the_outcry(crowd("@a", "@b")), RULE, NOW)


def test_one_person_who_asks_often_is_one_person() -> None:
    assert not is_to_be_told(the_outcry(crowd("@a", "@b", "@a")), RULE, NOW)


def test_copies_and_what_was_taken_back_do_not_count() -> None:
    first, second, third, fourth = crowd("@a", "@b", "@c", "@d")
    mentions = [first, second, replace(third, copy_of=first.id), replace(fourth, deleted=NOW)]
    assert the_outcry(mentions).people == 2


def test_those_of_whom_nobody_knows_who_they_are_do_not_count() -> None:
    assert not is_to_be_told(the_outcry(crowd("@a", "@b", "")), RULE, NOW)


def test_a_crowd_that_only_asks_whether_there_is_one_wants_none_yet() -> None:
    texts = ("Is there any option for dark mode?", "Does it support dark mode?", DARK[0])
    asking = [saying(text, f"@{n}", id=f"m{n}") for n, text in enumerate(texts)]
    assert the_outcry(asking).people == 3
    assert not is_to_be_told(the_outcry(asking), RULE, NOW)
    more = [saying(text, f"@more{text}") for text in DARK[1:]]
    assert is_to_be_told(the_outcry([*asking[1:], *more]), RULE, NOW)


def test_people_of_earlier_weeks_do_not_raise_a_card() -> None:
    old = saying(DARK[0], "@old", ago=timedelta(days=8))
    assert not is_to_be_told(the_outcry([old, *crowd("@a", "@b")]), RULE, NOW)


def test_a_history_raises_none() -> None:
    read_late = [replace(one, seen=one.at + timedelta(days=3)) for one in crowd("@a", "@b", "@c")]
    assert not is_to_be_told(the_outcry(read_late), RULE, NOW)


def test_a_team_may_want_none() -> None:
    assert not is_to_be_told(the_outcry(crowd("@a", "@b", "@c")), replace(RULE, people=0), NOW)


def test_what_asks_for_nothing_is_no_part_of_it() -> None:
    others = [saying("The dark mode is ugly.", "@x"), saying("Thanks for the dark mode!", "@y")]
    assert the_outcry([*crowd("@a", "@b", "@c"), *others]).people == 3


def test_what_a_list_of_the_team_calls_one_thing_is_one_in_all_words() -> None:
    texts = ("Please add a quiet coach", "I'd love a silent carriage", "À quand un wagon calme ?")
    asking = [saying(text, f"@{n}", id=f"m{n}") for n, text in enumerate(texts)]
    assert the_outcry(asking).people == 1
    listed = [
        replace(one, analysis=replace(one.analysis, listed=("quiet coach",))) for one in asking
    ]
    assert the_outcry(listed).people == 3
    broad = [replace(one, analysis=replace(one.analysis, listed=("app",))) for one in asking]
    assert the_outcry(broad).people == 1


def test_the_one_that_says_nothing_else_says_it_best() -> None:
    texts = (
        "Please add a dark mode and a calendar for my grandmother",
        "Please add a dark mode",
        "Please add a dark mode, my cat and my keyboard need it",
    )
    outcry = the_outcry([saying(text, f"@{text}") for text in texts])
    assert outcry.best().demand.sentence == texts[1]


def test_it_is_said_best_in_the_language_that_is_asked_for_where_two_speak_it() -> None:
    french = ["Il manque un mode sombre", "On aimerait un thème noir, et un calendrier"]
    asking = [*crowd("@a", "@b"), *(saying(text, f"@{text}") for text in french)]
    spoken = [
        replace(one, analysis=replace(one.analysis, language="fr" if one.id[:3] == "m @" else "en"))
        for one in asking
    ]
    assert the_outcry(spoken).best("fr").demand.sentence == french[0]
    few = the_outcry(spoken[:3])
    assert few.best("fr") == few.best()


def test_what_most_of_them_speak_of_is_their_theme() -> None:
    mentions = [
        replace(one, analysis=replace(one.analysis, themes=("app", "night"), listed=("app",)))
        for one in crowd("@a", "@b", "@c")
    ]
    assert the_outcry(mentions).themes == ("app", "night")


def test_the_theme_is_told_in_the_words_of_the_one_that_says_it_best() -> None:
    first, second, third, fourth = crowd("@a", "@b", "@c", "@d")

    def about(mention: Mention, *themes: str, listed: tuple[str, ...] = ()) -> Mention:
        return replace(mention, analysis=replace(mention.analysis, themes=themes, listed=listed))

    outcry = the_outcry(
        [
            about(first, "dark mode", "dark", "cat"),
            about(second, "dark mode", "dark"),
            about(third, "nuit"),
            about(fourth, "app", "nuit", listed=("app",)),
        ]
    )
    themes = [outcry.theme_of(one) for one in outcry.askings]
    assert themes == ["dark mode", "dark mode", "nuit", "nuit"]


def test_an_insight_that_their_posts_voice_is_theirs() -> None:
    outcry = the_outcry(crowd("@a", "@b", "@c"))
    other = insight(id="i2", words=("cable", "long"))
    usual = usual_of(outcry.mentions, ())
    assert asked_already(outcry, [(other, {"m1"})], usual) == other


def test_an_insight_that_asks_for_the_same_is_theirs() -> None:
    outcry = the_outcry(crowd("@a", "@b", "@c"))
    usual = usual_of(outcry.mentions, ())
    known = insight()
    assert asked_already(outcry, [(known, ())], usual) == known
    assert asked_already(outcry, [(insight(words=("cable", "long")), ())], usual) is None
    assert asked_already(outcry, [], usual) is None


def test_the_words_that_an_insight_keeps_find_it_again() -> None:
    outcry = the_outcry(crowd("@a", "@b", "@c"))
    found = likest(outcry.terms, [insight(words=outcry.words)], usual_of(outcry.mentions, ()))
    assert found[0][0] > 0.9


def test_it_is_told_again_at_three_times_as_many_people_while_it_is_open() -> None:
    assert not is_to_be_told_again(insight(told=5), 14)
    assert is_to_be_told_again(insight(told=5), 15)
    assert not is_to_be_told_again(insight(told=5, state="declined"), 15)
    assert not is_to_be_told_again(insight(told=0), 15)
