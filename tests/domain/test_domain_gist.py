"""What a thread comes to: asked, answered, decided, promised, open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.gist import Entry, Gist, gist_of_exchange, gist_of_talk, of_posts
from bot.domain.promised import promised_by
from bot.domain.sentences import (
    is_complaint,
    is_decision,
    is_promise,
    is_question,
    is_wish,
    sentences,
)
from tests.builders import NOW, a_post

PARIS = ZoneInfo("Europe/Paris")


def entry(by: str, text: str, minutes: int, *, ours: bool = False, to: str = "") -> Entry:
    return Entry(
        id=f"{by}{minutes}",
        by=by,
        author=f"@{by}",
        at=NOW + timedelta(minutes=minutes),
        text=text,
        url=f"https://lumen.example/{by}/{minutes}",
        language="en",
        ours=ours,
        to=(to,) if to else (),
    )


def exchange(*entries: Entry) -> Gist:
    return gist_of_exchange(entries, PARIS)


def talk(*entries: Entry) -> Gist:
    return gist_of_talk(entries, PARIS)


@pytest.mark.parametrize(
    "sentence",
    [
        "How do I go back to 2.3?",
        "anybody know why my lamp flashes",
        "Est-ce que la Lumo marche sans wifi",
        "Quand sera-t-elle réparée ?",
        "Why?",
    ],
)
def test_questions_are_heard_with_and_without_their_mark(sentence: str) -> None:
    assert is_question(sentence)


@pytest.mark.parametrize("sentence", ["Seriously?!", "Vraiment ?", "I know how it works.", ""])
def test_what_asks_nothing_is_no_question(sentence: str) -> None:
    assert not is_question(sentence)


def test_wishes_complaints_promises_and_decisions_are_told_apart() -> None:
    assert is_wish("I'd love a dark mode")
    assert is_wish("Remboursez-moi, s'il vous plaît.")
    assert is_complaint("Le support ne répond pas.")
    assert is_complaint("My lamp doesn't turn on")
    assert is_promise("We'll post a new one today.")
    assert is_promise("Je m'en occupe")
    assert not is_promise("Will we get back to you?")
    assert is_decision("OK, let's refund her.")
    assert is_decision("On part sur un remboursement")
    assert not is_decision("Is that decided?")


def test_who_a_post_is_addressed_to_is_none_of_its_sentences() -> None:
    assert sentences("@lumo @ada.b Is it on? https://x.example/a?b=1. Thanks!\n\nBye") == [
        "Is it on?",
        "Thanks!",
        "Bye",
    ]


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("We look into it today.", datetime(2026, 11, 24, 22, 59, tzinfo=UTC)),
        ("Une neuve part demain", datetime(2026, 11, 25, 22, 59, tzinfo=UTC)),
        ("It is fixed by Friday", datetime(2026, 11, 27, 22, 59, tzinfo=UTC)),
        ("D'ici mardi", datetime(2026, 11, 24, 22, 59, tzinfo=UTC)),
        ("within 48 hours", NOW + timedelta(hours=48)),
        ("sous 2 jours", NOW + timedelta(days=2)),
        ("Une collègue vous écrit dans l’heure", NOW + timedelta(hours=1)),
        ("cette semaine", datetime(2026, 11, 29, 22, 59, tzinfo=UTC)),
        ("As soon as we can.", None),
    ],
)
def test_a_promise_says_until_when_in_the_zone_of_who_reads(
    said: str, until: datetime | None
) -> None:
    assert promised_by(said, NOW, PARIS) == until


def test_what_is_asked_is_told_with_the_answer_that_it_got() -> None:
    gist = exchange(
        entry("ada", "My lamp is dead. How do I get a new one?", 0),
        entry("bo", "@ada same here. Is it the update?", 5),
        entry("lumo", "@ada Sorry. Send us its number.", 9, ours=True, to="ada"),
    )
    asked = {point.entry.by: point for point in gist.asked if point.act == "question"}
    assert asked["ada"].words == "How do I get a new one?"
    assert asked["ada"].answered is not None
    assert asked["ada"].answered.by == "lumo"
    assert asked["bo"].answered is None
    assert [point.entry.by for point in gist.answered] == ["lumo"]
    assert (gist.entries, gist.people) == (3, 3)


def test_what_stood_there_before_the_question_answers_nothing() -> None:
    gist = exchange(
        entry("lumo", "We stopped the update.", 0, ours=True),
        entry("ada", "When will it be back?", 5),
    )
    assert [point.entry.by for point in gist.unanswered] == ["ada"]


def test_an_answer_to_the_thread_speaks_to_who_began_it_and_who_wrote_last() -> None:
    gist = exchange(
        entry("ada", "Is my lamp safe?", 0),
        entry("bo", "Can I get my money back?", 1),
        entry("cy", "Does it flash too in the kitchen?", 2),
        entry("lumo", "Unplug it, please. More soon.", 3, ours=True),
    )
    assert [point.entry.by for point in gist.unanswered] == ["bo"]


def test_in_several_threads_what_names_nobody_answers_nobody() -> None:
    entries = (
        entry("ada", "Is my lamp safe?", 0),
        entry("lumo", "Unplug it, please.", 3, ours=True),
        entry("bo", "Can I get my money back?", 4),
        entry("lumo", "You can.", 5, ours=True, to="bo"),
    )
    gist = gist_of_exchange(entries, PARIS, is_one_thread=False)
    assert [point.entry.by for point in gist.unanswered] == ["ada"]
    assert [point.words for point in gist.answered] == ["You can."]


def test_the_same_question_of_several_is_one_with_a_count() -> None:
    gist = exchange(
        entry("ada", "When is the fix out?", 0),
        entry("bo", "when is the fix out ?", 1),
        entry("bo", "When is the fix out??", 2),
        entry("cy", "When is that fix out?", 3),
    )
    [point] = gist.asked
    assert (point.entry.by, point.likes) == ("ada", 2)


def test_a_promise_stands_until_who_gave_it_writes_again() -> None:
    first = entry("ada", "My lamp flashes all night.", 0)
    promise = entry("lumo", "Sorry! We look into it today.", 5, ours=True)
    [open_] = exchange(first, promise).promised
    assert open_.due == datetime(2026, 11, 24, 22, 59, tzinfo=UTC)
    assert exchange(first, promise, entry("lumo", "It is mended.", 50, ours=True)).promised == ()


def test_a_day_in_what_the_brand_announces_is_no_promise() -> None:
    gist = exchange(
        entry("lumo", "In shops from today.", 0, ours=True),
        entry("bo", "Nice lamp.", 1),
    )
    assert gist.promised == ()
    assert gist.answered == (), "what stood there first answers nobody"


def test_where_nothing_is_asked_it_is_told_what_else_was_said() -> None:
    gist = exchange(*(entry(f"u{n}", f"Love lamp number {n}.", n) for n in range(6)))
    assert gist.asked == ()
    assert [point.entry.by for point in gist.said] == ["u0", "u1", "u5"]
    assert exchange(entry("ada", "Why?", 0)).said == ()


def test_of_many_the_first_and_what_most_ask_are_told_and_the_rest_counted() -> None:
    names = [
        "alarm",
        "cable",
        "battery",
        "shade",
        "switch",
        "plug",
        "colour",
        "sound",
        "app",
        "wifi",
    ]
    gist = exchange(
        entry("ada", "This lamp is the worst.", 0),
        *(entry(f"u{n}", f"Does {name} {n} work?", n + 1) for n, name in enumerate(names)),
        entry("zoe", "Does wifi 9 work??", 30),
    )
    assert len(gist.asked) == 6
    assert gist.asked_in_all == 11
    assert gist.asked[0].entry.by == "ada"
    assert "wifi" in gist.asked[-1].words


def test_what_is_open_is_told_where_what_was_answered_takes_all_the_room() -> None:
    names = ["alarm", "cable", "battery", "shade", "switch", "plug"]
    gist = exchange(
        entry("zoe", "Does wifi work?", 0),
        *(entry(f"u{n}", f"Does the {name} {n} work?", n + 1) for n, name in enumerate(names)),
        entry("ada", "This lamp is the worst.", 10),
        entry("lumen", "@zoe Yes.", 11, ours=True, to="zoe"),
        *(entry("lumen", f"@u{n} Yes.", 12 + n, ours=True, to=f"u{n}") for n in range(6)),
    )
    assert all(point.answered for point in gist.asked)
    assert [point.entry.by for point in gist.unanswered] == ["ada"]


def test_all_that_is_open_is_counted_and_the_weightiest_of_it_told() -> None:
    gist = exchange(*(entry(f"u{n}", f"Is number{n} part{n} well{n}?", n) for n in range(9)))
    assert (gist.unanswered_in_all, len(gist.unanswered)) == (9, 6)


def test_among_colleagues_anybody_answers_and_what_was_decided_is_told() -> None:
    gist = talk(
        entry("sam", "Who answers the forum thread?", 0),
        entry("camille", "Is there a text for it?", 2),
        entry("margot", "Let's send the one from last week.", 4),
        entry("camille", "I'll do it by tomorrow", 6),
    )
    assert [point.entry.by for point in gist.asked] == ["sam", "camille"]
    assert gist.unanswered == ()
    assert [point.entry.by for point in gist.decided] == ["margot"]
    [promise] = gist.promised
    assert (promise.entry.by, promise.due) == (
        "camille",
        datetime(2026, 11, 25, 22, 59, tzinfo=UTC),
    )


def test_a_question_that_met_questions_alone_is_open() -> None:
    gist = talk(entry("sam", "Who has this?", 0), entry("camille", "Which one do you mean?", 1))
    assert [point.entry.by for point in gist.unanswered] == ["sam", "camille"]


def test_posts_are_in_the_order_of_time_and_speak_to_names_without_their_server() -> None:
    posts = [
        a_post(
            id="2",
            at=NOW + timedelta(hours=1),
            author="@lumo",
            handles=("@Ada@lumen.example",),
        ),
        a_post(id="1", author="@ada", language=None),
    ]
    first, second = of_posts(posts, lambda post: post.author == "@lumo", "fr")
    assert (first.by, first.language, first.ours) == ("ada", "fr", False)
    assert (second.to, second.ours) == (("ada",), True)


def test_what_stands_over_all_posts_makes_no_two_of_them_alike() -> None:
    title = "Lumo firmware 2.4 makes bedside lamps strobe at 3 am"
    posts = [
        a_post(id=str(n), title=over, text=text, author=f"u{n}", at=NOW + timedelta(minutes=n))
        for n, (over, text) in enumerate(
            [(title, "It is awful."), (f"Re: {title}", "I am angry."), (f"RE: Re: {title}", "")]
        )
    ]
    entries = of_posts(posts, lambda _: False, "en")
    assert [one.text.strip() for one in entries[1:]] == ["I am angry.", f"RE: Re: {title}"]
    assert entries[0].text.startswith(title)
    first, second, *_ = exchange(*entries[:2]).asked
    assert (first.likes, second.words) == (0, "I am angry.")


@given(st.lists(st.text(max_size=120), max_size=8))
def test_any_thread_has_a_gist(texts: list[str]) -> None:
    entries = tuple(entry(f"u{n % 3}", text, n, ours=n % 3 == 1) for n, text in enumerate(texts, 1))
    for gist in (exchange(*entries), talk(*entries)):
        assert gist.entries == len(texts)
        assert all(point.words for point in (*gist.asked, *gist.answered, *gist.promised))
