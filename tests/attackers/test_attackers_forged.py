"""Whatever a payload carries, the bot answers it in words, or not at all: no listener falls over,
and Slack has its acknowledgement."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from bot.services.subjects import Subject
from bot.slack import ids
from bot.slack.blocks.muting import Target
from bot.slack.blocks.watchform import Shown
from tests.attackers.conftest import Body, Siege
from tests.attackers.test_attackers_listeners import registered

T = TypeVar("T")

TURNS = 2

WORDS: Body = {"value": "words"}

IN_FORMS = ("watch_try_typed", "watch_replay_typed", "draft_phrase", "watch_back", "conversation_c")

VALUES = (
    "",
    " ",
    "\n",
    "x" * 2000,
    "9" * 2000,
    "-1",
    "²",
    "٣",
    "1e999",
    "nan",
    "\x00\u202e\ud83d\x1b[31m",
    "../../etc/passwd",
    "c1' OR '1'='1",
    '{"watch":"Lumo","kind":"spike"}',
    "[" * 1900,
    "null",
    "<!channel>",
    "U0SAM U0SAM - c1",
    "Lumo",
    "en",
    "replied nobody",
    "accept x",
    "not_negative m1",
    "a.b.c 5",
    "eNo9jsEOgkAMRH8=",
)
"""What no button of Vigie's carries."""

STATES: tuple[Body, ...] = (
    {},
    {"value": None},
    {"value": "9" * 3000},
    {"value": "\x00\u202e"},
    {"selected_option": None},
    {"selected_option": {"value": "nan"}},
    {"selected_option": {"value": "1e308"}},
    {"selected_option": {"value": "-5"}},
    {"selected_options": [{"value": "99"}, {"value": "-3"}, {"value": "x"}]},
    {"selected_options": []},
    {"selected_user": "U0NOBODY"},
    {"selected_conversation": "C0NOWHERE"},
    {"selected_date": "9999-12-31", "selected_time": "25:61"},
    {"selected_date": "0001-01-01", "selected_time": "00:00"},
)
"""What no field of Vigie's holds."""

ACTIONS = sorted(one.split(" ", 1)[1] for one in registered() if one.startswith("action "))
VIEWS = sorted(one.split(" ", 1)[1] for one in registered() if one.startswith("view "))
BLOCKS = sorted(
    value
    for name, value in vars(ids).items()
    if name.isupper() and isinstance(value, str) and not name.endswith("_VIEW")
)


def fields_holding(state: Body) -> Body:
    return dict.fromkeys(BLOCKS, state)


def own_metadata(siege: Siege) -> Mapping[str, str]:
    """What Vigie itself has its forms carry."""
    return {
        ids.WATCH_VIEW: msgspec.json.encode(Shown("", 0)).decode(),
        ids.MUTE_VIEW: Target(watch="Lumo").written(),
        ids.TRACK_VIEW: TRACKED,
        ids.INSIGHT_VIEW: msgspec.json.encode(Subject(url="https://x.example", words="x")).decode(),
        ids.INSIGHT_CHANGE_VIEW: siege.insight["first"],
        ids.DRAFT_VIEW: siege.draft["written"],
        ids.DRAFT_RETURN_VIEW: siege.draft["asked"],
        ids.ASSIGN_VIEW: siege.conversation,
        ids.RESOLVE_VIEW: siege.conversation,
        ids.SNOOZE_VIEW: siege.conversation,
    }


TRACKED = (
    '{"links":[{"url":"https://x.example/1","words":"x"}],"channel":"C0","name":"x","thread":"1"}'
)


def some(values: Sequence[T], turn: int) -> Sequence[T]:
    """Of all values a few, others each turn; with VIGIE_EVERY_FORGERY all of them."""
    if os.environ.get("VIGIE_EVERY_FORGERY"):
        return values
    return [values[(turn * TURNS + n) % len(values)] for n in range(TURNS)]


async def test_no_button_falls_over_whatever_it_carries(siege: Siege) -> None:
    fell = []
    for turn, action in enumerate(ACTIONS):
        for value in some(VALUES, turn):
            answer = await siege.handles(siege.click(siege.margot, action, value, chosen=value))
            if siege.fell_over or answer.status != 200:
                fell.append((action, value[:30], siege.log.text[-400:]))
    assert not fell


async def test_no_button_in_a_form_falls_over_whatever_that_carries(siege: Siege) -> None:
    fell = []
    for turn, action in enumerate(one for one in ACTIONS if one.startswith(IN_FORMS)):
        for metadata in some(VALUES, turn):
            form = siege.form(ids.STORY_VIEW, metadata, fields_holding(STATES[turn % len(STATES)]))
            click = siege.click(siege.margot, action, "Lumo", view=form, chosen="0")
            answer = await siege.handles(click)
            if siege.fell_over or answer.status != 200:
                fell.append((action, metadata[:30], siege.log.text[-400:]))
    assert not fell


async def test_no_form_falls_over_whatever_it_carries_or_holds(siege: Siege) -> None:
    fell, own = [], own_metadata(siege)
    for turn, view in enumerate(VIEWS):
        forged = [(metadata, WORDS) for metadata in some(VALUES, turn)]
        forged += [(own.get(view, ""), state) for state in some(STATES, turn)]
        for metadata, state in forged:
            form = siege.form(view, metadata, fields_holding(state))
            answer = await siege.handles(siege.submission(siege.margot, form))
            if siege.fell_over or answer.status != 200:
                fell.append((view, metadata[:30], state, siege.log.text[-400:]))
    assert not fell
