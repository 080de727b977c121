"""Alerts' cards: whatever people write, Slack takes them, and they say what they are for."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.alerts import Alert, NegativeReason, Over, SpikeReason, Told
from bot.domain.conversation import Conversation
from bot.domain.coverage import Coverage
from bot.domain.detection import Evidence
from bot.domain.excess import Driver
from bot.domain.mention import Analysis, Mention, Post, Sentiment, WeighedWord
from bot.domain.severity import Graded, Ground
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.again import all_clear, spike_again, story_again
from bot.slack.blocks.alert import AlertView, Entry, Handled, alert_card
from bot.slack.blocks.severity import severity_line
from bot.slack.blocks.story import story_view
from bot.standin.blocks import check_blocks, check_view
from tests.builders import NOW, a_mention, a_post

ENGLISH = Voice("en", UTC)
NASTY = st.one_of(
    st.text(max_size=40),
    st.text(min_size=1, max_size=5).map(lambda text: text * 800),
    st.sampled_from(["<!channel>", "<@U1>", "*_~`", "```", "&lt;", "|>", "\u202eevil", "🇫🇷" * 400]),
)
VOICES = st.sampled_from([ENGLISH, Voice("fr", ZoneInfo("Europe/Paris"))])
STATES = st.sampled_from(["new", "claimed", "replied", "snoozed", "resolved", "dismissed"])
CONTROL = ("<!channel>", "<!here", "<!everyone", "<@U1>")


DRIVERS = st.builds(
    Driver,
    kind=st.sampled_from(["author", "copies", "link", "theme"]),
    what=NASTY | st.sampled_from(["https://example.org/a|b>c", "javascript:alert(1)"]),
    seen=st.integers(1, 10**6),
    usual=st.floats(0, 1e6),
    share=st.floats(0, 1),
    authors=st.integers(1, 10**6),
)


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    post = Post(
        source=draw(NASTY),
        id=draw(NASTY),
        url=draw(NASTY | st.sampled_from(["https://example.org/a|b>c", "javascript:alert(1)"])),
        text=draw(NASTY),
        title=draw(NASTY),
        author=draw(NASTY),
        at=NOW,
        followers=draw(st.none() | st.integers(0, 10**9)),
    )
    sentiment = Sentiment(score=-0.9, words=(WeighedWord(draw(NASTY)[:200], -3.1),) * 6)
    analysis = Analysis(language="en", sentiment=sentiment)
    return a_mention(post=post, analysis=analysis)


@st.composite
def grades(draw: st.DrawFn) -> Graded:
    word = draw(NASTY)
    kinds: Any = ["sentiment", "reach", "speed", "alarm", "volume", "negative_share", "several"]
    found = tuple(
        Ground(kind=kind, severity="high", value=12.4, of=9, words=(word,))
        for kind in draw(st.lists(st.sampled_from(kinds), unique=True, max_size=5))
    )
    return Graded(severity=draw(st.sampled_from(["low", "critical"])), grounds=found)


def a_conversation(state: Any, number: int = 1) -> Conversation:
    return Conversation(
        id=f"c{number}",
        watch="Lumo",
        title="a lamp",
        alert="a1",
        opened=NOW,
        changed=NOW,
        state=state,
        assignee="U777" if state in ("claimed", "replied") else "",
        closed_by="U777" if state in ("resolved", "dismissed") else "",
        note="done <!channel>",
        due=NOW + timedelta(hours=2),
    )


def an_alert(reason: NegativeReason | SpikeReason, **changes: Any) -> Alert:
    alert = Alert(
        id="a1",
        kind="spike" if isinstance(reason, SpikeReason) else "negative",
        watch="Lumo",
        channel="#care",
        raised=NOW,
        reason=reason,
        mention="m1",
        told=Told(at=NOW, volume=1, severity="low"),
    )
    return replace(alert, **changes)


ANGRY = NegativeReason(score=-0.9, threshold=-0.5, words=(WeighedWord("Terrible", -2.1),))


def a_surge(seen: int = 60, odds: float | None = 400.0, **changes: Any) -> SpikeReason:
    evidence = Evidence(
        window_start=NOW - timedelta(hours=1),
        window_end=NOW,
        seen=seen,
        expected=seen / 9,
        low=0,
        high=seen // 5,
        once_in_days=odds,
        known_days=7,
        sensitivity=30,
    )
    reason = SpikeReason(
        evidence=evidence, themes=("dawn",), authors=4, posts=(), hours=(0, seen) * 12
    )
    return replace(reason, **changes)


def a_view(alert: Alert, **changes: Any) -> AlertView:
    view = AlertView(
        alert=alert,
        conversation=a_conversation("new"),
        posts=(a_mention(),),
        now=NOW,
        voice=ENGLISH,
    )
    return replace(view, **changes)


def words_of(blocks: Any) -> str:
    """The words of blocks, but for those in rich and plain text, where nothing is markup."""
    match blocks:
        case {"type": "rich_text" | "plain_text"}:
            return ""
        case dict():
            return " ".join(words_of(value) for value in blocks.values())
        case list() | tuple():
            return " ".join(words_of(value) for value in blocks)
        case _:
            return str(blocks)


def buttons_in(blocks: Any) -> list[str]:
    return [
        element["action_id"]
        for block in blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]


@given(mentions(), STATES, grades(), st.booleans(), VOICES)
def test_a_card_of_one_negative_post_is_taken_and_holds_no_markup_of_others(
    mention: Mention, state: Any, graded: Graded, muted: bool, voice: Voice
) -> None:
    view = a_view(
        an_alert(ANGRY, graded=graded),
        conversation=a_conversation(state),
        posts=(mention,),
        now=NOW + timedelta(hours=1),
        voice=voice,
        muted_until=NOW + timedelta(hours=2) if muted else None,
        spike_in="<#C1>",
    )
    card = alert_card(view)
    check_blocks(list(card.blocks))
    assert (ids.UNMUTE in buttons_in(card.blocks)) is muted
    for mark in CONTROL:
        assert mark not in words_of(card.blocks) + card.text


@given(st.lists(st.tuples(mentions(), STATES), max_size=70), grades(), st.booleans(), VOICES)
def test_a_story_is_taken_as_a_card_and_as_a_modal(
    posts: list[tuple[Mention, Any]], graded: Graded, muted: bool, voice: Voice
) -> None:
    entries = [
        Entry(mention=replace(mention, id=f"m{number}"), conversation=a_conversation(state, number))
        for number, (mention, state) in enumerate(posts)
    ]
    alert = an_alert(ANGRY, graded=graded, count=max(2, len(posts)))
    view = a_view(
        alert,
        entries=entries,
        posts=(),
        voice=voice,
        muted_until=NOW + timedelta(hours=2) if muted else None,
    )
    card, modal = alert_card(view), story_view(alert, entries, voice, NOW)
    check_blocks(list(card.blocks))
    check_view(modal)
    for mark in CONTROL:
        assert mark not in words_of(card.blocks) + card.text + words_of(modal)


@given(
    st.lists(mentions(), max_size=4),
    NASTY,
    st.integers(0, 10**7),
    st.none() | st.floats(0, 1e5),
    st.booleans(),
    st.lists(DRIVERS, max_size=9).map(tuple),
    VOICES,
)
def test_a_spike_is_taken_while_it_runs_and_when_it_is_over(
    posts: list[Mention],
    theme: str,
    seen: int,
    odds: float | None,
    ended: bool,
    drivers: tuple[Driver, ...],
    voice: Voice,
) -> None:
    over = Over(
        began=NOW,
        ended=NOW + timedelta(hours=3),
        mentions=seen,
        peak_at=NOW,
        peak=seen,
        themes=(theme,) * 3,
        authors=seen,
        posts=(),
        drivers=drivers,
        reshares=seen,
    )
    handled = Handled(
        posts=seen,
        conversations=3,
        waiting=1,
        by=(("U777", 2),),
        claimed=timedelta(minutes=3),
        answered=timedelta(minutes=12),
    )
    coverage = Coverage(answered=1, of=3, missing=(theme, "forum"))
    reason = a_surge(
        seen,
        odds,
        themes=(theme,) * 3,
        negative=3,
        read=9,
        drivers=drivers,
        reshares=seen,
        coverage=coverage,
    )
    alert = an_alert(reason, over=over if ended else None, turned=NOW)
    card = alert_card(a_view(alert, posts=posts, handled=handled, voice=voice))
    check_blocks(list(card.blocks))
    lines = [
        all_clear(alert, voice),
        spike_again(alert, replace(alert, turned=None), "larger", voice, here=False),
        spike_again(alert, replace(alert, turned=None), "going_on", voice, here=False),
        spike_again(replace(alert, turned=None), alert, None, voice, here=False),
    ]
    for mark in CONTROL:
        assert mark not in words_of(card.blocks) + card.text + "".join(lines)


@given(grades(), VOICES)
def test_reasons_are_told_in_words_that_ring_for_nobody(graded: Graded, voice: Voice) -> None:
    line = severity_line(graded, voice)
    for mark in CONTROL:
        assert mark not in line


def test_a_story_shows_the_first_three_and_how_many_more_there_are() -> None:
    entries = [
        Entry(
            mention=a_mention(post=a_post(text=f"complaint {n}")),
            conversation=a_conversation("new", n),
        )
        for n in range(12)
    ]
    card = alert_card(a_view(an_alert(ANGRY, count=14), entries=entries))
    shown = str(card.blocks)
    assert "🔴 14 negative posts · Lumo" in shown
    assert "12 conversations" in shown
    assert [f"complaint {n}" in shown for n in range(4)] == [True, True, True, False]
    assert "And 9 more…" in shown
    assert buttons_in(card.blocks)[-2:] == [ids.STORY_ALL, ids.STORY_CLAIM]


def test_a_story_of_which_all_is_done_is_green() -> None:
    entries = [Entry(mention=a_mention(), conversation=a_conversation("resolved"))]
    card = alert_card(a_view(an_alert(ANGRY, count=2), entries=entries))
    assert "🟢 2 negative posts" in str(card.blocks)
    assert ids.STORY_CLAIM not in buttons_in(card.blocks)


def test_severity_is_told_with_its_reasons_the_weightiest_first() -> None:
    graded = Graded(
        severity="critical",
        grounds=(
            Ground(kind="alarm", severity="high", value=1, words=("fire",)),
            Ground(kind="reach", severity="high", value=52_000, words=("@thenightdesk",)),
        ),
    )
    assert severity_line(graded, ENGLISH) == (
        "*Critical*: “fire” is a word of alarm · reach 52,000 (@thenightdesk)"
    )


def test_only_the_first_showing_rings_for_everybody() -> None:
    alert = an_alert(ANGRY, here=True)
    first, later = alert_card(a_view(alert, first=True)), alert_card(a_view(alert))
    assert first.text.startswith("<!here> ")
    assert "<!here>" in words_of(first.blocks)
    assert "<!here>" not in words_of(later.blocks) + later.text


def test_what_is_told_again_says_what_changed() -> None:
    before = an_alert(ANGRY, count=12, told=Told(at=NOW, volume=12, severity="high"))
    worse = Graded(
        severity="critical",
        grounds=(Ground(kind="several", severity="critical", value=44, of=31),),
    )
    after = replace(before, count=44, graded=worse)
    assert story_again(before, after, "worse", ENGLISH, here=False) == (
        "📣 *Lumo*: 44 negative posts now, 12 when last told.\n"
        "Severity High → *Critical*: 44 negative posts by 31 authors."
    )


def test_a_spike_that_turned_negative_says_so_in_its_headline_and_its_note() -> None:
    before = an_alert(a_surge())
    after = replace(before, turned=NOW, reason=a_surge(negative=21, read=24, themes=("fire",)))
    note = spike_again(before, after, "worse", ENGLISH, here=True)
    assert note.startswith("<!here> 📣 The spike about *Lumo* turned negative: 21 of the 24 posts")
    assert "It is about fire." in note
    assert "Spike turned negative · Lumo" in str(alert_card(a_view(after)).blocks)


def test_the_end_of_a_spike_is_told_with_its_figures_and_who_handled_it() -> None:
    over = Over(
        began=NOW,
        ended=NOW + timedelta(hours=2),
        mentions=240,
        peak_at=NOW,
        peak=96,
        themes=("3 am",),
        authors=80,
        posts=(),
    )
    handled = Handled(
        posts=34, conversations=31, waiting=4, by=(("U777", 27),), claimed=timedelta(minutes=3)
    )
    view = a_view(an_alert(a_surge(), over=over), handled=handled)
    shown = str(alert_card(view).blocks)
    assert "🟢 Spike, over · Lumo" in shown
    assert "It lasted 2 hours." in shown
    assert "96 mentions from" in shown
    assert "34 negative posts in 31 conversations" in shown
    assert "Handled by <@U777> (27)." in shown
    assert "First claimed 3 minutes after the beginning." in shown


def test_a_spike_says_how_many_of_its_posts_could_not_be_read() -> None:
    reason = a_surge(negative=4, read=9, unread=51, themes=("delivery",))
    card = alert_card(a_view(an_alert(reason), voice=Voice("fr", UTC)))
    said = words_of(card.blocks)
    assert "4 négatives sur 9" in said
    assert "❔ 51 dans une langue" in said
    assert "livraison" in said


def test_a_spike_of_which_nothing_could_be_read_says_so_and_no_mood() -> None:
    said = words_of(alert_card(a_view(an_alert(a_surge(unread=60)))).blocks)
    assert "❔ 60 in a language whose mood is not read" in said
    assert "negative" not in said


def test_a_spike_of_a_quarter_of_an_hour_is_told_as_such() -> None:
    hour = a_surge().evidence
    quarter = replace(hour, window_start=NOW - timedelta(minutes=9), low=1, high=7, in_hour=99)
    card = alert_card(a_view(an_alert(a_surge(evidence=quarter))))
    assert f"{hour.seen} mentions in a quarter of an hour" in card.text
    assert "1–7 in such a quarter of an hour" in str(card.blocks)
    before = an_alert(a_surge())
    after = replace(before, reason=a_surge(evidence=quarter))
    assert "99 mentions in the last hour" in spike_again(
        before, after, "worse", ENGLISH, here=False
    )


FRENCH = Voice("fr", UTC)


def said(alert: Alert, voice: Voice = ENGLISH) -> str:
    return words_of(list(alert_card(a_view(alert, voice=voice)).blocks))


def test_a_spike_of_a_watch_that_learns_says_that_little_is_known_and_no_odds() -> None:
    surge = a_surge(odds=36_500.0)
    shown = said(an_alert(replace(surge, evidence=replace(surge.evidence, known_days=0.3))))
    assert "Little is known of this watch yet" in shown
    assert "once a year" not in shown


def test_the_volume_of_the_hour_is_told_once() -> None:
    grounds = (
        Ground(kind="negative_share", severity="high", value=21, of=24),
        Ground(kind="volume", severity="medium", value=60, of=6.7),
    )
    alert = an_alert(a_surge(), graded=Graded(severity="high", grounds=grounds))
    assert "*High*: 21 of 24 negative\n60 mentions between" in said(alert)
    assert "mentions an hour" not in said(alert)


def test_of_a_quarter_the_volume_of_its_hour_is_told_beside_it() -> None:
    surge = a_surge()
    evidence = replace(surge.evidence, window_start=NOW - timedelta(minutes=15), in_hour=70)
    grounds = (Ground(kind="volume", severity="medium", value=70, of=6.7),)
    alert = an_alert(
        replace(surge, evidence=evidence), graded=Graded(severity="medium", grounds=grounds)
    )
    assert "70 mentions an hour, usually 6.7\n60 mentions between" in said(alert)


def test_a_spike_about_nothing_in_particular_has_no_empty_field() -> None:
    assert "*About*" in said(an_alert(a_surge()))
    assert "*About*" not in said(an_alert(a_surge(themes=())))


def test_how_many_answered_and_are_negative_agrees_in_french() -> None:
    one = a_surge(negative=1, read=24, coverage=Coverage(answered=1, of=2, missing=("forum",)))
    shown = said(an_alert(one), FRENCH)
    assert "1 source sur 2 a répondu (pas forum)" in shown
    assert "1 négative sur 24" in shown
    all_of_them = a_surge(negative=2, read=24, coverage=Coverage(answered=2, of=2))
    shown = said(an_alert(all_of_them), FRENCH)
    assert "2 sources sur 2 ont répondu" in shown
    assert "2 négatives sur 24" in shown
    assert "1 source answered" in said(an_alert(a_surge(coverage=Coverage(answered=1, of=1))))
