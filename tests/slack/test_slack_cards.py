"""Whatever people write, and whatever state a conversation is in, Slack takes the card."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.domain.alerts import Mute
from bot.domain.conversation import Conversation
from bot.domain.mention import Analysis, Mention, Post, Sentiment, WeighedWord
from bot.domain.pairs import Pair
from bot.domain.query import parse
from bot.domain.reports import Overview, Report, shares_of
from bot.domain.responses import Responses, waiting_of
from bot.domain.status import Status, WatchState
from bot.domain.summaries import summarise
from bot.domain.watch import Watch
from bot.i18n import Voice
from bot.slack.blocks.conversations import queue_card, queue_view
from bot.slack.blocks.help import COMMANDS, GROUPS, help_card, unknown_card
from bot.slack.blocks.status import status_card, watches_card
from bot.slack.blocks.summary import summary_card
from bot.slack.blocks.views import assign_view, notice_view, resolve_view, snooze_view
from bot.standin.blocks import check_blocks, check_view
from tests.builders import NOW

NASTY = st.one_of(
    st.text(max_size=40),
    st.text(min_size=1, max_size=5).map(lambda text: text * 800),
    st.sampled_from(["<!channel>", "<@U1>", "*_~`", "```", "&lt;", "|>", "\u202eevil", "🇫🇷" * 400]),
)
URLS = st.one_of(NASTY, st.sampled_from(["https://example.org/a|b>c", "javascript:alert(1)"]))
VOICES = st.sampled_from([Voice("en", UTC), Voice("fr", ZoneInfo("Europe/Paris"))])
CONTROL = ("<!channel>", "<!here", "<!everyone", "<@U1>")


@st.composite
def mentions(draw: st.DrawFn) -> Mention:
    post = Post(
        source=draw(NASTY),
        id=draw(NASTY),
        url=draw(URLS),
        text=draw(NASTY),
        title=draw(NASTY),
        author=draw(NASTY),
        at=NOW,
        followers=draw(st.none() | st.integers(0, 10**9)),
    )
    sentiment = Sentiment(score=-0.9, words=(WeighedWord(draw(NASTY)[:200], -3.1),) * 6)
    themes = tuple(draw(st.lists(NASTY, max_size=3)))
    analysis = Analysis(language="en", sentiment=sentiment, themes=themes)
    return Mention(
        id=draw(st.uuids()).hex,
        watch="Lumo",
        conversation="c1",
        at=NOW,
        seen=NOW,
        post=post,
        analysis=analysis,
    )


def a_conversation(state: Any, note: str, title: str = "") -> Conversation:
    return Conversation(
        id="c1",
        watch="Lumo",
        title=title,
        alert="a1",
        opened=NOW,
        changed=NOW,
        state=state,
        assignee="U1" if state != "new" else "",
        closed_by="U1" if state in ("resolved", "dismissed") else "",
        note=note,
    )


def without_posts(blocks: Any) -> str:
    """The words of blocks, but for those in rich and plain text, where nothing is markup."""
    match blocks:
        case {"type": "rich_text" | "plain_text"}:
            return ""
        case Mapping():
            return " ".join(without_posts(value) for value in blocks.values())
        case list() | tuple():
            return " ".join(without_posts(value) for value in blocks)
        case _:
            return str(blocks)


@given(st.lists(mentions(), max_size=12), VOICES)
def test_the_card_of_a_summary(found: list[Mention], voice: Voice) -> None:
    made = summarise(
        found,
        usual=3.2,
        previous=found[:2],
        since=NOW - timedelta(days=1),
        now=NOW,
        unanswered={mention.conversation for mention in found},
    )
    report = Report(
        watch="Lumo", period=timedelta(days=1), summary=made, hours=(1,) * 24, known_days=7
    )
    waits = [a_conversation("new", "", title=mention.post.text) for mention in found]
    for reports in ((report,), (report,) * 9):
        overview = Overview(
            reports=reports,
            shares=shares_of(reports),
            waiting=replace(waiting_of(waits, NOW, 3), cards=("https://slack.example/a|b",)),
            responses=Responses(median=timedelta(hours=2), answers=3, measured=1),
        )
        card = summary_card(overview, voice)
        check_blocks(list(card.blocks))
        for mark in CONTROL:
            assert mark not in without_posts(card.blocks)


@given(NASTY, NASTY, st.integers(0, 60), VOICES)
def test_lists_help_and_modals(name: str, words: str, number: int, voice: Voice) -> None:
    watch = Watch(
        name=name[:60] or "x",
        query=parse("lumo OR `tick`" if "`" in name else "lumo"),
        sources=("forum",),
        negative_channel="#care",
        spike_channel="C123",
    )
    pair = Pair(watch=name, source=words[:200], failures=2, failing_since=NOW, error=words[:500])
    state = WatchState(
        watch=watch,
        pairs=(pair, Pair(watch=name, source="b", last_ok=NOW, newest=NOW)),
        mentions_a_day=3,
        mute=Mute(watch=name, until=NOW, by="U1"),
    )
    status = Status(
        now=NOW,
        watches=tuple(
            replace(state, watch=dataclasses.replace(watch, name=f"{n} {watch.name}"))
            for n in range(min(number, 3))
        ),
        waiting=2,
        oldest_wait=NOW,
        last_error=words[:500],
        open_conversations=1,
        languages=("en", "fr"),
    )
    queue = [
        replace(a_conversation("new", "", title=words[:300]), id=f"c{n}") for n in range(number)
    ]
    check_blocks(list(status_card(status, voice).blocks))
    check_blocks(list(watches_card(status, voice).blocks))
    check_blocks(list(queue_card(queue, voice, NOW).blocks))
    check_blocks(list(unknown_card(words, voice).blocks))
    check_blocks(list(help_card(mine=1, waiting=2, admin=True, example=name, voice=voice).blocks))
    check_view(queue_view(queue_card(queue, voice, NOW), voice))
    for form in (assign_view, resolve_view, snooze_view):
        check_view(form(a_conversation("claimed", "", title=words), voice, NOW))
    check_view(notice_view("They have it.", voice))


def test_every_command_is_in_one_group_of_the_help() -> None:
    grouped = [word for _, words in GROUPS for word in words]
    assert sorted(grouped) == sorted(command.word for command in COMMANDS)
