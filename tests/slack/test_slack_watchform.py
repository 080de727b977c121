"""The form of a watch: whatever is in it, Slack takes it, and it reads back as it was."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.config import ChannelsConfig, SourceConfig, WatchConfig
from bot.domain.conditions import Noise
from bot.domain.pulses import ALSO
from bot.domain.query import parse
from bot.domain.trials import Example, Trial
from bot.errors import QueryError
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.trial import fault_blocks, fault_words, trial_blocks
from bot.slack.blocks.watchform import WatchForm, form_view, preview_view
from bot.slack.blocks.watchnoise import noise_in, noise_line
from bot.slack.carried import MOST, Carried, packed, unpacked
from bot.slack.edits import differences, edited, returned
from bot.standin.blocks import check_view
from bot.standin.inputs import initial_state
from handlers.watchtyped import typed_in, words_apart
from tests.builders import NOW, a_mention, a_post

EN, FR = Voice("en", UTC), Voice("fr", ZoneInfo("Europe/Paris"))
VOICES = st.sampled_from([EN, FR])
HOSTILE = st.sampled_from(
    ["<!channel>", "<@U1>", "*_~`", "```", "&lt;", "|>", "\u202eevil", "🇫🇷" * 30, '"' * 60]
)
LINE = st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp", "Zs"])
NAMES = st.text(LINE, min_size=1, max_size=60) | HOSTILE.map(lambda text: text[:60])
QUERIES = st.text(min_size=1, max_size=2000) | HOSTILE | st.just('lumo OR "maison lumo"' * 90)
WORDS = st.lists(st.text(LINE, min_size=1, max_size=30), max_size=5)


@st.composite
def watches(draw: st.DrawFn) -> WatchConfig:
    return WatchConfig(
        name=draw(NAMES),
        query=draw(QUERIES)[:2000],
        channel=draw(st.sampled_from(["#brand", "C0BRAND001"])),
        channels=ChannelsConfig(negative=draw(st.sampled_from(["", "#care", "C0CARE0001"]))),
        sources=tuple(draw(st.lists(st.sampled_from(["forum", "news"]), unique=True))),
        negative_below=draw(st.floats(-1, 0) | st.sampled_from([-1.0, -0.8, -0.5, 0.0])),
        flag=draw(st.sampled_from(["", "", "5 a day", "3%", "0.5 a day"])),
        spike_once_in=timedelta(days=draw(st.integers(1, 3650))),
        needs=words_apart(",".join(draw(WORDS))),
        without=words_apart(",".join(draw(WORDS))),
        noise=Noise(authors=tuple(draw(WORDS)), words=tuple(draw(WORDS))),
        alarm=words_apart(",".join(draw(WORDS))),
        also=tuple(one for one in ALSO if draw(st.booleans())),
        paused=draw(st.booleans()),
    )


SOURCES = (
    SourceConfig(name="forum", kind="feed"),
    SourceConfig(name="lumen.social", kind="mastodon"),
    SourceConfig(name="news", kind="hackernews"),
)
ORIGINS = st.sampled_from(["new", "file", "edited", "made"])


def a_form(watch: WatchConfig, origin: Any = "file", **changes: Any) -> WatchForm:
    form = WatchForm(watch=watch, origin=origin, sources=SOURCES, by="U1", negative="C1", spike="")
    return replace(form, **changes)


def as_submitted(view: dict[str, Any]) -> dict[str, Any]:
    """The view as Slack sends it when nobody touched a field."""
    return view | {"state": {"values": initial_state(view["blocks"])}}


@given(watches(), ORIGINS, VOICES)
def test_slack_takes_the_form_of_any_watch(watch: WatchConfig, origin: Any, voice: Voice) -> None:
    check_view(form_view(a_form(watch, origin), voice))


@given(watches(), ORIGINS, VOICES)
def test_a_form_that_nobody_touched_reads_as_the_watch(
    watch: WatchConfig, origin: Any, voice: Voice
) -> None:
    typed = typed_in(as_submitted(form_view(a_form(watch, origin), voice)))
    assert typed.name == (" ".join(watch.name.split()) if origin == "new" else watch.name)
    assert typed.query == " ".join(watch.query.split())
    assert typed.sources == tuple(source.name for source in SOURCES if source.name in watch.sources)
    assert typed.flag == watch.flag
    assert typed.below == (None if watch.flag else watch.negative_below)
    assert typed.once_in == watch.spike_once_in
    assert [word.casefold() for word in typed.alarm] == [word.casefold() for word in watch.alarm]
    assert (typed.needs, typed.without) == (watch.needs, watch.without)
    assert typed.noise == noise_in(noise_line(watch.noise))
    assert (typed.negative, typed.spike) == ("C1", "")
    assert typed.also == watch.also
    assert typed.paused == watch.paused


@pytest.mark.parametrize(
    ("block", "setting"),
    [
        (ids.WATCH_ALSO, "also"),
        (ids.WATCH_NEEDS, "needs"),
        (ids.WATCH_WITHOUT, "without"),
        (ids.WATCH_NOISE, "noise"),
    ],
)
def test_a_form_that_was_opened_before_vigie_asked_leaves_what_is_told_as_it_is(
    block: str, setting: str
) -> None:
    watch = WatchConfig(name="Lumo", query="lumo", channel="#brand")
    view = as_submitted(form_view(a_form(watch), EN))
    del view["state"]["values"][block]
    assert getattr(typed_in(view), setting) is None


@given(watches(), watches(), QUERIES, VOICES, st.sampled_from(["", "U1"]))
def test_slack_takes_what_is_shown_before_it_is_kept(
    before: WatchConfig, after: WatchConfig, text: str, voice: Voice, ahead: str
) -> None:
    found = trial_blocks(a_trial(text), parse("lumo or lamp"), voice)
    check_view(preview_view(before, after, found, "x" * MOST, voice, ahead=ahead))
    check_view(preview_view(None, after, found, "", voice))


@pytest.mark.parametrize(
    ("voice", "words"),
    [
        (EN, "⏱ Slack waits no longer: only the newest 8,000 posts were looked at, back to 24 Nov"),
        (
            FR,
            "seules les 8\u202f000 publications les plus récentes ont été examinées, jusqu’au 24 n",
        ),
    ],
)
def test_a_trial_that_was_broken_off_says_how_far_it_came(voice: Voice, words: str) -> None:
    trial = replace(a_trial("lumo"), whole=False, looked=8000, since=NOW)
    looked_at = trial_blocks(trial, parse("lumo"), voice)[1]
    assert words in looked_at["elements"][0]["text"]


def a_trial(text: str) -> Trial:
    mention = a_mention(post=a_post(text=text, title=text, author=text[:90], url=text[:90]))
    return Trial(
        since=NOW,
        looked=12,
        matched=7,
        flagged=2,
        unread=1,
        examples=(Example(mention=mention, words=(text[:40], "lumo")),) * 3,
    )


@given(st.text(max_size=2100), VOICES)
def test_any_fault_of_a_query_is_shown_with_its_place(query: str, voice: Voice) -> None:
    if error := fault_of(query):
        check_view(form_view(a_form(WATCH), voice, fault_blocks(error, voice)))
        assert "‸" in fault_words(error, voice)


def fault_of(query: str) -> QueryError | None:
    try:
        parse(query)
    except QueryError as error:
        return error
    return None


WATCH = WatchConfig(name="Lumo", query="lumo", channel="#brand")


def test_the_caret_stands_at_the_character_at_fault() -> None:
    for query, shown in (
        ("lumo AND", "lumo AND‸"),
        ("(lumo", "‸(lumo"),
        ('a "b', 'a ‸"b'),
        (f"{'word ' * 30}lumo* *", f"{('word ' * 30 + 'lumo* ')[-40:]}‸*"),
    ):
        error = fault_of(query)
        assert error is not None
        assert fault_words(error, EN).endswith(f"→ {shown}")


@given(watches(), st.integers(0, 10**6), st.booleans())
def test_a_watch_is_carried_through_slack_or_refused(
    watch: WatchConfig, version: int, is_new: bool
) -> None:
    carried = Carried(watch, version, is_new)
    text = packed(carried)
    if text is None:
        assert len(watch.query) > 500
        return
    assert len(text) <= MOST
    assert unpacked(text) == carried


@given(st.text())
def test_what_was_not_packed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no watch that was packed"):
        unpacked(text)


def test_a_query_full_of_quotes_is_carried() -> None:
    query = " OR ".join(f'"a phrase number {n}"' for n in range(80))[:2000]
    assert packed(Carried(replace(WATCH, query=query), 1, False)) is not None


@given(watches(), watches(), VOICES)
def test_what_was_changed_is_told_without_markup_from_outside(
    before: WatchConfig, after: WatchConfig, voice: Voice
) -> None:
    for words in (
        edited(before, after, "U1", voice),
        edited(None, after, "U1", voice),
        edited(before, None, "U1", voice),
        returned(before, after, "U1", voice),
    ):
        assert "<!channel>" not in words
        assert "<@U1>" not in words
        assert "@{U1}" in words
    assert differences(before, before, voice) == []


def test_an_own_threshold_of_the_file_stays_and_is_offered() -> None:
    watch = replace(WATCH, negative_below=-0.62, spike_once_in=timedelta(days=21))
    view = form_view(a_form(watch), EN)
    typed = typed_in(as_submitted(view))
    assert (typed.below, typed.once_in) == (-0.62, timedelta(days=21))
    assert "As it is now (−0.62)" in str(view)


def test_budgets_and_shares_are_offered_beside_thresholds_and_an_own_one_stays() -> None:
    view = form_view(a_form(replace(WATCH, flag="7 a day")), EN)
    assert typed_in(as_submitted(view)).flag == "7 a day"
    words = str(view)
    for offered in ("about 5 a day", "3% of its posts", "about 7 a day", "Clearly negative"):
        assert offered in words
    changed = differences(WATCH, replace(WATCH, flag="3%"), EN)
    assert changed == ["flags: by its threshold → 3% of its posts"]


def test_hundreds_of_sources_can_be_chosen_from() -> None:
    many = tuple(SourceConfig(name=f"feed {n}", kind="feed") for n in range(350))
    watch = replace(WATCH, sources=("feed 0", "feed 349"))
    view = form_view(a_form(watch, sources=many), EN)
    check_view(view)
    assert typed_in(as_submitted(view)).sources == ("feed 0", "feed 349")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", ()),
        (" fire , recall,, fire", ("fire", "recall")),
        ("Fire\nlegal  action", ("Fire", "legal action")),
        ("a,A,á", ("a",)),
    ],
)
def test_words_are_set_apart_by_commas(written: str, words: tuple[str, ...]) -> None:
    assert words_apart(written) == words


def test_only_what_was_changed_in_slack_has_a_way_back() -> None:
    for origin, has_one in (("new", False), ("file", False), ("edited", True), ("made", True)):
        view = form_view(a_form(WATCH, origin), EN)
        assert (ids.WATCH_BACK in str(view)) is has_one


def test_what_is_noise_stands_on_one_line() -> None:
    noise = Noise(authors=("@promo_bot", "Doe, Jane"), words=("giveaway", "link:bit.ly"))
    line = "author:@promo_bot, author:Doe Jane, giveaway, link:bit.ly"
    assert noise_line(noise) == line
    assert noise_in(f"{line},, Giveaway\nauteur:“Bob B”") == Noise(
        authors=("@promo_bot", "Doe Jane", "Bob B"), words=("giveaway", "link:bit.ly")
    )
