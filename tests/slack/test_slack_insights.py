"""Insights in Slack, whatever people wrote: Slack takes them, and they say how it stands."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.conversation import VIGIE
from bot.domain.insightlife import TRANSITIONS, carried_out
from bot.domain.insights import Deed, Insight, State, Voiced, begun, voiced_by
from bot.domain.voicings import lately
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.insight import InsightView, insight_card
from bot.slack.blocks.insightform import change_view, decline_view, insight_view, like_words
from bot.slack.blocks.insightparts import state_line, titled, told
from bot.slack.blocks.parts import Block, Card
from bot.slack.blocks.shipped import LISTED, Asker, shipped_card
from bot.standin.blocks import check_blocks, check_view
from tests.builders import NOW, a_mention, a_post

EN, FR = Voice("en", UTC), Voice("fr", ZoneInfo("Europe/Paris"))
VOICES = st.sampled_from([EN, FR])
NASTY = st.one_of(
    st.text(max_size=200),
    st.sampled_from(["<!channel>", "<@U1>", "*_~`", "&lt;", "|>", "\u202eevil", "🇫🇷" * 200]),
)

WAYS: dict[State, tuple[Deed, ...]] = {
    "proposed": (),
    "heard": ("hear",),
    "accepted": ("hear", "accept"),
    "planned": ("hear", "plan"),
    "declined": ("hear", "decline"),
    "shipped": ("hear", "ship"),
    "answered": ("hear", "ship", "answer"),
    "dismissed": ("dismiss",),
}


def in_state(state: State, title: str = "A dark mode", reason: str = "No room") -> Insight:
    insight = begun(a_mention(), title, "wish", NOW, team="Lamp")
    insight = replace(insight, by=VIGIE, people=14, posts=19, asked=19, reach=5_200)
    for number, deed in enumerate(WAYS[state]):
        insight = carried_out(insight, deed, "U1", NOW + timedelta(days=number), number, reason)
    return insight


def a_view(insight: Insight, voice: Voice = EN, text: str = "Please!") -> InsightView:
    mentions = [a_mention(id=f"m{n}", post=a_post(author=f"@{n}", text=text)) for n in range(3)]
    heard = [voiced_by(insight.id, one) for one in mentions]
    return InsightView(
        insight=insight, lately=lately(heard, NOW), posts=mentions, voice=voice, now=NOW
    )


def buttons(card: Card) -> list[str]:
    (row,) = [block for block in card.blocks if block["type"] == "actions"]
    return [element["action_id"] for element in row["elements"]]


def words_of(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(words_of(part) for part in value.values())
    if isinstance(value, list | tuple):
        return " ".join(words_of(part) for part in value)
    return str(value)


@given(st.sampled_from(get_args(State)), NASTY, NASTY, NASTY, VOICES)
def test_whatever_was_said_slack_takes_the_card(
    state: State, title: str, reason: str, text: str, voice: Voice
) -> None:
    insight = in_state(state, title, reason or "no") if reason.strip() else in_state(state, title)
    check_blocks(list(insight_card(a_view(insight, voice, text)).blocks))


@given(NASTY, NASTY, VOICES)
def test_whatever_was_said_slack_takes_the_forms(title: str, theme: str, voice: Voice) -> None:
    insight = replace(in_state("heard", title), theme=theme[:60])
    others = [replace(insight, id=f"i{n}") for n in range(20)]
    like = like_words(12, 9, 30_000, voice)
    check_view(insight_view(insight, ["Lamp", "Shop"], others, like, "{}", voice))
    check_view(change_view(insight, ["Lamp"], others, voice))
    check_view(decline_view(insight, voice))


@given(NASTY, VOICES)
def test_however_many_asked_slack_takes_the_word_to_who_answers(text: str, voice: Voice) -> None:
    insight = in_state("shipped")
    askers = [an_asker(n, text, replied=n % 3 == 0) for n in range(40)]
    check_blocks(list(shipped_card(insight, askers, voice).blocks))


def an_asker(number: int, text: str = "Please!", *, replied: bool = False) -> Asker:
    mention = a_mention(id=f"m{number}", post=a_post(author=f"@{number}", text=text))
    heard = voiced_by("i1", mention)
    return Asker(voice=replace(heard, replied_by="U7"), mention=mention, replied=replied)


@pytest.mark.parametrize("state", get_args(State))
def test_a_button_offers_only_what_its_state_allows(state: State) -> None:
    deeds: dict[str, Deed] = {
        ids.INSIGHT_HEAR: "hear",
        ids.INSIGHT_ACCEPT: "accept",
        ids.INSIGHT_DECLINE: "decline",
        ids.INSIGHT_PLAN: "plan",
        ids.INSIGHT_SHIP: "ship",
        ids.INSIGHT_ANSWER: "answer",
        ids.INSIGHT_DISMISS: "dismiss",
        ids.INSIGHT_REOPEN: "reopen",
        ids.INSIGHT_CHANGE: "change",
    }
    offered = buttons(insight_card(a_view(in_state(state))))
    assert offered
    assert all(state in TRANSITIONS[deeds[action]] for action in offered)


def test_the_card_says_how_many_ask_and_how_long_a_decision_took() -> None:
    card = insight_card(a_view(in_state("accepted")))
    words = words_of(list(card.blocks))
    assert "14 people in 1 day · 19 posts" in words
    assert "5,200" in words
    assert "decided 1 day after the first post" in words
    assert card.text == "14 people in 1 day: A dark mode"


def test_what_has_lost_its_title_is_called_by_what_it_is_about() -> None:
    assert titled(replace(in_state("heard"), title=""), EN) == "Wish about lamp"


def test_who_acts_is_named_and_not_pinged_and_the_reason_is_quoted() -> None:
    change = in_state("declined", reason="No <room>").changes[-1]
    assert told(change, EN) == "⚪ @{U1} declined this.\n> No &lt;room&gt;"


def test_what_another_took_over_says_which() -> None:
    merged = carried_out(in_state("heard"), "merge", "U1", NOW, 9, "abc123")
    assert state_line(merged, EN).startswith("the same as `abc123`, said <@U1>")
    blocks = insight_card(a_view(merged)).blocks
    check_blocks(list(blocks))
    assert "actions" not in {block["type"] for block in blocks}, "nobody is left in it"


def test_who_puts_it_right_is_not_who_accepted_it() -> None:
    changed = carried_out(in_state("accepted"), "change", "U2", NOW + timedelta(days=9), 9)
    assert state_line(changed, EN).startswith("accepted by <@U1>")


def test_who_is_to_be_told_comes_before_who_was() -> None:
    askers = [an_asker(n, replied=n < 5) for n in range(LISTED + 3)]
    words = words_of(list(shipped_card(in_state("shipped"), askers, EN).blocks))
    assert words.index("@5 ·") < words.index("@0 ·")
    assert "✅ answered, said <@U7>" in words
    assert "…and 3 more." in words
    assert "5 of 17 answered" in words


def test_what_was_said_in_slack_is_linked() -> None:
    heard = Voiced(id="i1.x", insight="i1", at=NOW, url="https://x.slack.com/archives/C1/p1")
    asker = Asker(voice=heard, mention=None, replied=False)
    blocks: list[Block] = list(shipped_card(in_state("shipped"), [asker], FR).blocks)
    check_blocks(blocks)
    assert "<https://x.slack.com/archives/C1/p1|un message dans Slack>" in words_of(blocks)
