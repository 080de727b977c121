"""What is said of mutes, of duty, of what nobody took, and of why: within Slack's limits, whatever
the names and words in it are, in both languages."""

from __future__ import annotations

from datetime import UTC, date, time, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.alerts import Alert, Mute, NegativeReason, TrackedReason
from bot.domain.duty import Away, Rota
from bot.domain.escalation import STEPS, Step, Waiting
from bot.domain.levels import Limit
from bot.domain.mention import Analysis, Mention, Opinion, Sentiment, WeighedWord
from bot.domain.mutes import Scope
from bot.domain.severity import SEVERITIES, Graded, Ground
from bot.domain.trail import Miss, Trail
from bot.domain.why import Explained
from bot.i18n import LANGUAGES, Voice
from bot.slack.blocks.duty import duty_card
from bot.slack.blocks.escalation import direct_card, nobody_note, thread_note
from bot.slack.blocks.mutes import mutes_card, scope_words, to_be_lifted, which_card
from bot.slack.blocks.muting import LONGEST_AUTHOR, Target, mute_form
from bot.slack.blocks.why import why_card, why_view
from bot.standin.blocks import check_blocks, check_view
from tests.builders import NOW, a_conversation, a_mention

voices = st.sampled_from([Voice(language, UTC) for language in LANGUAGES])
texts = st.text(max_size=120) | st.sampled_from(["<!channel>", "*_`~", "“”", "@ada", "x" * 120])
names = texts.filter(str.strip)
ENGLISH = Voice("en", UTC)

mutes = st.builds(
    Mute,
    watch=st.just("") | names,
    until=st.sampled_from([NOW - timedelta(hours=1), NOW + timedelta(hours=1)]),
    by=st.just("U1"),
    held=st.integers(0, 5000),
    kind=st.sampled_from(["", "negative", "spike"]),
    author=st.just("") | texts,
    word=st.just("") | texts,
    number=st.integers(0, 99),
    lifted=st.sampled_from(["", "U2"]),
)


@given(st.lists(mutes, max_size=60), voices)
@settings(max_examples=40)
def test_a_list_of_mutes_fits_a_message(found: list[Mute], voice: Voice) -> None:
    check_blocks(list(mutes_card(found, NOW, voice).blocks))


@given(mutes)
def test_a_lift_button_carries_its_mute(mute: Mute) -> None:
    [_, *blocks] = mutes_card([mute], NOW - timedelta(days=1), ENGLISH).blocks
    [button] = [block["accessory"] for block in blocks if "accessory" in block]
    assert to_be_lifted(button["value"].strip()) == mute.id


@given(st.lists(names, max_size=200), voices)
@settings(max_examples=40)
def test_the_answer_to_no_question_fits_a_message(watches: list[str], voice: Voice) -> None:
    check_blocks(list(which_card(watches, voice).blocks))


@given(
    names.map(lambda name: name[:60]),
    st.sampled_from(["", "negative", "spike"]),
    texts.map(lambda author: author[:LONGEST_AUTHOR]),
    voices,
)
def test_the_form_offers_what_can_be_muted(
    watch: str, kind: Any, author: str, voice: Voice
) -> None:
    target = Target(watch=watch, kind=kind, author=author, alert="m1")
    view = mute_form(target, voice)
    check_view(view)
    assert msgspec.json.decode(view["private_metadata"], type=Target) == target


def test_a_scope_is_told_without_ringing_anybody() -> None:
    words = scope_words(Scope(watch="<!here>", author="<@U1>", word="*x*"), ENGLISH)
    assert "<" not in words
    assert words.startswith("posts by &lt;@U1&gt; about")


ROTA = Rota(
    zone=UTC,
    people=("U1", "U2"),
    since=date(2026, 11, 23),
    at=time(9),
    away=(Away(who="U2", since=date(2026, 11, 30), until=date(2026, 12, 2)),),
    manager="U3",
)


@pytest.mark.parametrize(
    ("rota", "words"),
    [
        (ROTA, "*<@U1>* is on duty until"),
        (Rota(zone=UTC), "Nobody is on duty: the configuration names no people"),
        (Rota(zone=UTC, people=("U1",)), "*<@U1>* is on duty, alone."),
        (
            Rota(
                zone=UTC,
                people=("U1",),
                away=(Away(who="U1", since=date(2026, 11, 1), until=date(2026, 11, 30)),),
            ),
            "Nobody is on duty until",
        ),
    ],
    ids=["a rota", "no rota", "one alone", "all away"],
)
def test_who_is_on_duty_is_said(rota: Rota, words: str) -> None:
    card = duty_card(rota, NOW, ENGLISH)
    assert words in card.text
    check_blocks(list(card.blocks))


def test_who_is_next_and_who_is_away_is_said_in_both_languages() -> None:
    for language in LANGUAGES:
        card = duty_card(ROTA, NOW, Voice(language, UTC))
        check_blocks(list(card.blocks))
        assert str(card.blocks).count("<@U2>") >= 2
        assert "<@U3>" in str(card.blocks)


@given(
    names,
    texts,
    st.sampled_from(SEVERITIES),
    st.sampled_from(STEPS),
    st.integers(0, 99),
    voices,
)
def test_a_call_fits_a_message(
    watch: str, title: str, severity: Any, step: Step, more: int, voice: Voice
) -> None:
    conversation = a_conversation(watch=watch, title=title)
    length = timedelta(minutes=15)
    waiting = Waiting(conversation=conversation, severity=severity, length=length, more=more)
    card = direct_card(waiting, step, "https://brand.slack.com/archives/C1/p1", voice, NOW)
    check_blocks(list(card.blocks))
    assert "<https://brand.slack.com/archives/C1/p1|" in card.text
    assert "<@U1>" in thread_note(waiting, step, "U1", voice)
    assert "<!" not in nobody_note(waiting, "#care", voice)


conditions: st.SearchStrategy[Any] = st.sampled_from(
    ["watch", "kind", "severity", "language", "theme", "hours"]
)


def _terms(condition: str) -> st.SearchStrategy[tuple[str, ...]]:
    known: dict[str, list[str]] = {
        "kind": ["negative", "spike"],
        "severity": [*SEVERITIES],
        "language": ["en", "fr", "unknown"],
        "hours": ["open", "closed"],
    }
    terms = st.sampled_from(known[condition]) if condition in known else names
    return st.lists(terms, min_size=1, max_size=1 if condition == "hours" else 30).map(tuple)


def _misses(condition: Any) -> st.SearchStrategy[Miss]:
    nothing = condition in ("theme", "language")
    return st.builds(
        Miss,
        route=names,
        condition=st.just(condition),
        wanted=_terms(condition),
        found=_terms(condition) | st.just(()) if nothing else _terms(condition),
    )


misses = conditions.flatmap(_misses)
trails = st.none() | st.builds(
    Trail,
    severity=st.sampled_from(SEVERITIES),
    is_open=st.booleans(),
    misses=st.lists(misses, max_size=20).map(tuple),
    hushed=st.booleans(),
)


def an_alert(**changes: Any) -> Alert:
    fields: dict[str, Any] = {
        "id": "m1",
        "kind": "negative",
        "watch": "Lumo",
        "channel": "#care",
        "raised": NOW,
        "reason": NegativeReason(score=-0.8, threshold=-0.5, words=()),
        "graded": Graded(
            severity="high", grounds=(Ground(kind="reach", severity="high", value=52_000),)
        ),
    }
    return Alert(**{**fields, **changes})


def explained(
    alert: Alert | None = None, mention: Mention | None = None, **changes: Any
) -> Explained:
    fields: dict[str, Any] = {
        "part_of": None,
        "mute": None,
        "is_own": False,
        "limit": Limit(score=-0.5, origin="threshold"),
        "group": timedelta(minutes=5),
        "repeat_every": timedelta(hours=4),
    }
    return Explained(
        conversation=a_conversation(), alert=alert, mention=mention, **{**fields, **changes}
    )


@given(trails, names, texts, voices)
@settings(max_examples=60)
def test_a_why_fits_a_message_and_a_window(
    trail: Trail | None, route: str, word: str, voice: Voice
) -> None:
    mood = Sentiment(score=-0.7, words=(WeighedWord(word, -2.0),) * 9)
    mention = a_mention(analysis=Analysis(language="en", sentiment=mood))
    found = explained(an_alert(trail=trail, route=route), mention)
    check_blocks(list(why_card(found, voice).blocks))
    check_view(why_view(found, voice))
    assert "<!channel>" not in str(why_card(found, voice).blocks)


def said(found: Explained) -> str:
    return str(why_card(found, ENGLISH).blocks)


def test_a_why_tells_which_route_sent_it_and_why_the_others_did_not() -> None:
    missed = (
        Miss(route="night", condition="hours", wanted=("closed",), found=("open",)),
        Miss(route="french", condition="language", wanted=("fr",), found=("en",)),
        Miss(route="worst", condition="severity", wanted=("critical",), found=("high",)),
    )
    trail = Trail(severity="high", is_open=True, misses=missed)
    words = said(explained(an_alert(route="crisis", channel="#crisis", trail=trail)))
    assert "The route *crisis* sends it to #crisis." in words
    assert "*night* does not fit: it is for the hours that the team does not work." in words
    assert "*french* does not fit: it is for posts in French, and these are in English." in words
    assert "*worst* does not fit: it begins at critical, and this is high." in words


def test_a_why_tells_that_the_hour_held_the_bell_back() -> None:
    trail = Trail(severity="high", is_open=False, hushed=True)
    assert "Nobody is rung: the team is closed" in said(explained(an_alert(trail=trail)))


def test_a_why_tells_what_weighed() -> None:
    words = said(explained(an_alert(), a_mention()))
    assert "reach 52,000" in words
    assert "−0.80, is at or below the watch’s limit of −0.50" in words
    assert "“Terrible” −2.10" in words


def test_what_is_told_in_a_spikes_thread_goes_where_the_spike_went() -> None:
    spike = an_alert(id="s1", kind="spike", channel="#brand")
    words = said(explained(an_alert(within="s1"), part_of=spike))
    assert "In the thread of the spike" in words
    assert "#brand" in words


def test_a_tracked_one_tells_who_tracked_it() -> None:
    reason = TrackedReason(by="U1", called="Sam", url="https://a.example/1", words="look")
    assert "<@U1> tracked it" in said(explained(an_alert(kind="tracked", reason=reason)))


SPARED = Sentiment(score=-0.9, opinion=Opinion(negative=0.1, by="<small>"))


@pytest.mark.parametrize(
    ("mention", "changes", "words"),
    [
        (a_mention(), {"is_own": True}, "an account of your own wrote it"),
        (
            a_mention(analysis=Analysis(language="de", sentiment=None)),
            {},
            "nothing reads the mood",
        ),
        (
            a_mention(analysis=Analysis(language="en", sentiment=Sentiment(score=0.2))),
            {},
            "its sentiment is +0.20, above the limit of −0.50",
        ),
        (
            a_mention(analysis=Analysis(language="en", sentiment=SPARED)),
            {},
            "&lt;small&gt; was asked for a second opinion, and finds it 10% likely",
        ),
        (a_mention(at=NOW - timedelta(days=3)), {}, "more than a day old"),
        (
            a_mention(),
            {"mute": Mute(watch="Lumo", until=NOW, by="U7")},
            "<@U7> had muted all alerts about Lumo until",
        ),
        (a_mention(), {}, "it came with a source’s history"),
        (None, {}, "it came with a source’s history"),
    ],
    ids=["own", "unread", "mild", "spared", "late", "muted", "unknown", "forgotten"],
)
def test_what_was_not_told_says_why(
    mention: Mention | None, changes: dict[str, Any], words: str
) -> None:
    assert words in said(explained(None, mention, **changes))
