"""Which playbook fits what, and what a team ticks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.domain.checklists import Checklist, begun, progress, ticked, unticked
from bot.domain.phrases import Phrase
from bot.domain.playbooks import (
    Fit,
    Heard,
    Occasion,
    Playbook,
    Step,
    fitting,
    phrases_of,
    spoken,
)
from bot.errors import ConversationError
from tests.builders import NOW

STEPS = (Step(text="Look"), Step(text="Answer", role="Care", within=timedelta(minutes=15)))

FAULT = Playbook(
    name="fault",
    language="en",
    title="Product fault",
    kinds=("spike", "negative"),
    severity="medium",
    themes=("quality",),
    words=("broken", "stopped working"),
    steps=STEPS,
)
FAULT_FR = replace(FAULT, language="fr", title="Défaut", words=("cassé", "en panne"))
LEAK = replace(FAULT, name="leak", themes=("privacy",), words=("data leak", "my data"))
PRAISE = replace(FAULT, name="praise", themes=(), words=(), mood="positive", severity="low")
STAR = replace(FAULT, name="star", themes=(), words=(), kinds=("negative",), followers=10_000)
ALL = (FAULT, FAULT_FR, LEAK, PRAISE, STAR)


def heard(*texts: str) -> tuple[Heard, ...]:
    return tuple(Heard(text, frozenset()) for text in texts)


def a_spike(**changes: object) -> Occasion:
    occasion = Occasion(
        kind="spike",
        severity="high",
        posts=heard("My lamp is broken", "Ma lampe est cassée", "Broken again"),
        languages=frozenset({"en", "fr"}),
    )
    return replace(occasion, **changes)


def name_of(fit: Fit | None) -> str:
    return fit.name if fit else ""


def test_what_most_posts_speak_of_fits_in_whatever_languages_they_are() -> None:
    fit = fitting(ALL, a_spike(posts=heard("It is BROKEN", "Il est cassé", "Hello")))
    assert fit == Fit(name="fault", words=("broken", "casse"), heard=2, posts=3)


def test_what_one_post_of_three_says_in_passing_fits_nothing() -> None:
    assert fitting(ALL, a_spike(posts=heard("It is broken", "Where is it?", "Hello"))) is None


def test_a_theme_that_the_alert_names_fits_whatever_its_posts_say() -> None:
    fit = fitting(ALL, a_spike(posts=heard("Hello"), themes=frozenset({"privacy"})))
    assert fit == Fit(name="leak", themes=("privacy",), posts=1)


def test_a_theme_counts_where_half_of_several_posts_have_it_not_where_a_single_one_does() -> None:
    about = Heard("Hello", frozenset({"privacy"}))
    other = Heard("Hello", frozenset())
    assert name_of(fitting(ALL, a_spike(posts=(about, other)))) == "leak"
    assert fitting(ALL, a_spike(posts=(about,))) is None


def test_what_is_for_several_posts_waits_for_them() -> None:
    several = replace(FAULT, posts=3)
    one = a_spike(kind="negative", posts=heard("It is broken"))
    assert fitting([several], one) is None
    assert name_of(fitting([several], replace(one, count=3))) == "fault"


def test_the_one_for_which_more_speaks_is_chosen() -> None:
    posts = heard("My data is out", "A data leak!", "The app is broken, and my data gone")
    assert name_of(fitting(ALL, a_spike(posts=posts))) == "leak"


def test_between_two_as_good_as_each_other_none_is_chosen() -> None:
    posts = heard("My data is out", "It is broken")
    assert fitting(ALL, a_spike(posts=posts)) is None


@pytest.mark.parametrize(
    "changes",
    [{"kind": "silence"}, {"severity": "low"}, {"mood": "positive", "posts": ()}, {"posts": ()}],
)
def test_another_kind_a_milder_one_praise_and_nothing_to_go_by_fit_no_fault(
    changes: dict[str, object],
) -> None:
    assert name_of(fitting((FAULT, FAULT_FR, LEAK), a_spike(**changes))) == ""


def test_praise_has_a_playbook_of_its_own() -> None:
    posts = heard("I love it", "Wonderful")
    assert name_of(fitting(ALL, a_spike(posts=posts, mood="positive"))) == "praise"


def test_that_somebody_whom_many_follow_complains_says_more_than_of_what() -> None:
    one = a_spike(kind="negative", posts=heard("It is broken"), followers=12_000)
    assert name_of(fitting(ALL, one)) == "star"
    assert name_of(fitting(ALL, replace(one, followers=900))) == "fault"


def test_a_playbook_for_some_languages_is_for_no_other() -> None:
    only_german = replace(FAULT, languages=("de",))
    assert fitting([only_german], a_spike()) is None
    assert fitting([only_german], a_spike(languages=frozenset({"de", "en"})))


def test_it_is_read_in_ones_language_as_far_as_it_is_written_in_it() -> None:
    assert spoken(ALL, "fault", "fr") is FAULT_FR
    assert spoken(ALL, "leak", "fr") is LEAK
    assert spoken(ALL, "none", "fr") is None


def test_what_it_has_to_say_is_offered_in_all_languages() -> None:
    one, other = (Phrase(name="n", language=language, text="t") for language in ("en", "fr"))
    both = (replace(FAULT, phrases=(one,)), replace(FAULT_FR, phrases=(other,)))
    assert phrases_of(both, "fault") == (one, other)


def a_checklist() -> Checklist:
    return begun(FAULT, id="a1", channel="#care", at=NOW, by="U1")


def test_a_step_holds_who_did_it_and_when() -> None:
    later = NOW + timedelta(minutes=4)
    done = ticked(a_checklist(), 1, "U2", later)
    assert (done.items[1].by, done.items[1].at) == ("U2", later)
    assert done.items[0].at is None
    assert progress(done).times == (timedelta(minutes=4),)
    assert (progress(done).done, progress(done).total) == (1, 2)


def test_a_step_is_done_once_and_can_be_taken_back() -> None:
    done = ticked(a_checklist(), 0, "U2", NOW)
    with pytest.raises(ConversationError) as refused:
        ticked(done, 0, "U3", NOW)
    assert refused.value.values == {"who": "U2"}
    assert unticked(done, 0) == a_checklist()
    with pytest.raises(ConversationError):
        unticked(a_checklist(), 0)


@pytest.mark.parametrize("number", [-1, 2, 99])
def test_there_is_no_step_beyond_the_last(number: int) -> None:
    with pytest.raises(ConversationError):
        ticked(a_checklist(), number, "U2", NOW)
