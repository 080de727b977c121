"""Whatever people write, Slack takes the summary of it, and nothing in it is markup."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.conversation import AuditEvent, Deed
from bot.domain.gist import Entry, gist_of_exchange, gist_of_talk
from bot.domain.recap import Recap, Step, TalkRecap, steps_of
from bot.domain.worded import Statement, Worded, checked, material
from bot.errors import ModelFailed
from bot.i18n import Voice
from bot.slack.blocks.worded import with_words
from bot.slack.material import of_recap, of_talk
from bot.slack.recaps import recap_card, recap_view, talk_card, talk_view
from bot.slack.threads import address_in, words_of
from bot.standin.blocks import check_blocks, check_view
from tests.builders import NOW, a_conversation
from tests.slack.test_slack_cards import CONTROL, NASTY, URLS, VOICES

ENGLISH = Voice("en", UTC)
PARIS = ZoneInfo("Europe/Paris")


@st.composite
def threads(draw: st.DrawFn) -> tuple[Entry, ...]:
    said = st.one_of(
        NASTY, st.sampled_from(["How do I stop it?", "Please refund me", "Let's wait."])
    )
    return tuple(
        Entry(
            id=str(number),
            by=draw(st.sampled_from("abc")),
            author=draw(NASTY),
            at=NOW + timedelta(minutes=number),
            text=draw(said),
            url=draw(URLS),
            language="en",
            ours=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 12)))
    )


def a_recap(entries: tuple[Entry, ...], note: str = "") -> Recap:
    event = AuditEvent(
        id="e1", conversation="c1", order=1, at=NOW, by="U1", deed="resolve", note=note
    )
    return Recap(
        conversation=a_conversation(title=note),
        gist=gist_of_exchange(entries, PARIS),
        reach=4200,
        mentions=len(entries),
        steps=(Step(event, ""),),
        names={"U1": note or "Sam"},
        read=NOW,
    )


@given(threads(), NASTY, VOICES)
def test_any_thread_makes_a_message_and_a_window(
    entries: tuple[Entry, ...], note: str, voice: Voice
) -> None:
    recap = a_recap(entries, note)
    talk = TalkRecap(gist=gist_of_talk(entries, PARIS), about=recap, is_cut=True)
    for card in (recap_card(recap, voice, NOW), talk_card(talk, voice, NOW)):
        check_blocks(list(card.blocks))
        assert not any(control in str(card.blocks) for control in CONTROL[:3])
    found = Worded(material=of_recap(recap, voice, NOW), model=note, why="figure")
    check_view(recap_view(recap, found, voice, NOW))
    check_view(talk_view(talk, None, voice, NOW))


@given(NASTY, URLS, NASTY)
def test_any_words_of_a_model_make_a_message(words: str, url: str, model: str) -> None:
    shown = material((), [("somebody", "x", url)], "en")
    statement = Statement(words or "x", ("p1",))
    found = Worded(material=shown, model=model, statements=(statement,) * 8)
    card = with_words(recap_card(a_recap(()), ENGLISH, NOW), found, ENGLISH)
    check_blocks(list(card.blocks))


def test_what_is_open_is_told_once_with_its_link() -> None:
    asked = Entry(
        id="1",
        by="ada",
        author="@ada",
        at=NOW,
        text="How do I stop it?",
        url="https://lumen.example/1",
        language="en",
    )
    said = str(recap_card(a_recap((asked,)), ENGLISH, NOW).blocks)
    assert "1 point has no answer: <https://lumen.example/1|24 Nov, 10:00>" in said
    assert "seen by about 4,200 people" in said
    assert "Nobody has it" in said


def test_what_the_team_did_names_everybody_and_rings_for_nobody() -> None:
    did: tuple[tuple[str, Deed, str], ...] = (
        ("U1", "claim", ""),
        ("U2", "hand_over", "U3"),
        ("vigie", "lapse", ""),
    )
    history = [
        AuditEvent(id=f"e{n}", conversation="c1", order=n, at=NOW, by=by, deed=deed, to=to)
        for n, (by, deed, to) in enumerate(did)
    ]
    names = {"U1": "Ann", "U2": "Bo", "U3": "Cy"}
    recap = replace(a_recap(()), steps=steps_of(history), names=names)
    said = str(recap_card(recap, ENGLISH, NOW).blocks)
    assert "Ann claimed this." in said
    assert "Bo handed this over from Ann to Cy." in said
    assert "Nobody has this any more: Cy did not say" in said
    assert "<@U" not in said


def test_a_model_is_handed_no_names_and_only_figures_of_ours() -> None:
    entries = (
        Entry(id="1", by="U1", author="Sam", at=NOW, text="@lumo 3 lamps broke. Why?", url=""),
        Entry(id="2", by="U2", author="Camille", at=NOW, text="Because of 2.4", url=""),
    )
    handed = of_talk(TalkRecap(gist=gist_of_talk(entries, PARIS)), ENGLISH, NOW)
    assert handed.facts == ("2 messages by 2 people",)
    assert "Sam" not in str(handed)
    assert [post.by for post in handed.posts] == ["a colleague"] * 2
    lie = '{"statements": [{"words": "3 lamps broke", "cites": ["p1"]}]}'
    with pytest.raises(ModelFailed, match="figure"):
        checked(lie, handed)


def test_a_colleague_who_is_spoken_to_is_handed_over_by_no_part_of_their_name() -> None:
    said = "@Margot Bell and @Margot, who answers this?"
    entries = (Entry(id="1", by="U1", author="Sam Carter", at=NOW, text=said, url=""),)
    talk = TalkRecap(gist=gist_of_talk(entries, PARIS), names=("Margot", "Margot Bell"))
    [post] = of_talk(talk, ENGLISH, NOW).posts
    assert post.text == "@… and @…, who answers this?"


def test_what_is_open_is_counted_beyond_what_is_shown() -> None:
    entries = tuple(
        Entry(id=f"{n}", by=f"U{n}", author="Ada", at=NOW, text=f"Is a{n} b{n} c{n} d{n}?", url="")
        for n in range(9)
    )
    card = recap_card(a_recap(entries), ENGLISH, NOW)
    assert "9 points have no answer" in str(card.blocks)


def test_mrkdwn_is_read_as_its_readers_see_it() -> None:
    text = "<@U1> &amp; <@U2|bo> see <#C1|care>, <https://x.example|the page>, <!here> ```code```"
    words = " ".join(words_of(text, {"U1": "Sam"}).split())
    assert words == "@Sam & @bo see #care, the page, @here"


def test_the_address_of_an_answer_follows_from_that_of_its_thread() -> None:
    root = "https://w.slack.com/archives/C1/p1700000000000100"
    assert address_in(root, "1700000000.000100", "1700000000.000100") == root
    assert address_in(root, "1700000000.000100", "1700000001.000200") == (
        "https://w.slack.com/archives/C1/p1700000001000200?thread_ts=1700000000.000100&cid=C1"
    )
    assert address_in("", "1.1", "1.2") == ""
