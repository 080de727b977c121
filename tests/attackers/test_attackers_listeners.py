"""Every listener that there is, and who may: an ordinary member's forged payload does nothing.

The table is compared with what the app itself has registered: a listener that is not in it fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from slack_bolt.async_app import AsyncApp

import handlers
from bot.slack import ids
from bot.slack.blocks.muting import EVER, Target
from bot.slack.blocks.watchform import Shown
from bot.slack.carried import Carried, packed
from bot.standin import Person, payloads
from tests.attackers.conftest import Body, Siege

ANYBODY = {
    "action story_all",
    "action story_claim",
    "action watch_mute",
    "action watch_unmute",
    "action mute_lift",
    "action conversation_claim",
    "action conversation_assign",
    "action conversation_release",
    "action conversation_resolve",
    "action conversation_dismiss",
    "action conversation_not_negative",
    "action conversation_reopen",
    "action conversation_confirm",
    "action conversation_more",
    "action conversation_recap",
    "action open_link",
    "action bulk_give",
    "action bulk_cancel",
    "action draft_open",
    "action draft_return",
    "action playbook_begin",
    "action playbook_phrases",
    "action step_tick",
    "action step_untick",
    "action post_judge",
    "action answer_negative",
    "action answer_not_negative",
    "action answer_not_about_us",
    "action subscription_change",
    "action load_pass_on",
    "action tour_next",
    "action tour_back",
    "action tour_later",
    "action tour_never",
    "action home_refresh",
    "action insight_new",
    "action insight_hear",
    "action insight_answer",
    "action insight_replied",
    "action .*",
    "command /vigie",
    "command .*",
    "event app_home_opened",
    "event app_mention",
    "options watch_choose",
    "shortcut vigie_queue",
    "shortcut vigie_summarise",
    "shortcut vigie_track",
    "shortcut vigie_insight",
    "view assign_view",
    "view resolve_view",
    "view snooze_view",
    "view mute_view",
    "view track_view",
    "view subscription_view",
    "view load_pass_on_view",
    "view insight_view",
    "view .*",
}
"""What every member of the workspace may do: with conversations, with mutes, and with what is their
own, which is found by their id."""

WATCH = "Lumo"

STALE = "changed since this was proposed"
"""The watch was, by what comes before it here: who may not is not even told that."""


class Guard(NamedTuple):
    """What is not for everybody: who may, the payload that would do it for them, and what is said
    to them where nothing but words comes of it."""

    who: Callable[[Siege], Person]
    payload: Callable[[Siege, Person], Body]
    says: str = "nothing but this"


def admin(siege: Siege) -> Person:
    return siege.margot


def manager(siege: Siege) -> Person:
    return siege.camille


def _click(action: str, value: str | Callable[[Siege], str]) -> Callable[[Siege, Person], Body]:
    def made(siege: Siege, by: Person) -> Body:
        return siege.click(by, action, value if isinstance(value, str) else value(siege))

    return made


def _in_form(action: str) -> Callable[[Siege, Person], Body]:
    """A button in the form of a watch."""

    def made(siege: Siege, by: Person) -> Body:
        return siege.click(by, action, "", view=_watch_form(siege))

    return made


def _watch_form(siege: Siege) -> Body:
    shown = msgspec.json.encode(Shown(name=WATCH, version=0)).decode()
    return siege.form(
        ids.WATCH_VIEW,
        shown,
        {
            ids.WATCH_QUERY: {"value": "lumo OR lumi"},
            ids.WATCH_SOURCES: {"selected_options": [{"value": "forum"}]},
        },
    )


def _preview(siege: Siege, by: Person) -> Body:
    return siege.submission(by, _watch_form(siege))


def _save(siege: Siege, by: Person) -> Body:
    was, _ = siege.services.config.written_watches
    wanted = msgspec.structs.replace(was, query="anything OR lumo")
    carried = packed(Carried(wanted, 0, is_new=False))
    return siege.submission(by, siege.form(ids.WATCH_SAVE_VIEW, carried or ""))


def _back(siege: Siege, by: Person) -> Body:
    return siege.click(by, ids.WATCH_BACK, WATCH, view=siege.form("any"))


def _campaign(siege: Siege, by: Person) -> Body:
    view = siege.form(
        ids.CAMPAIGN_VIEW,
        "Launch",
        {
            ids.CAMPAIGN_NAME: {"value": "Theirs"},
            ids.WATCH: {"selected_option": {"value": WATCH}},
            ids.CAMPAIGN_FIRST: {"selected_date": "2026-11-02"},
            ids.CAMPAIGN_LAST: {"selected_date": "2026-11-03"},
            ids.CAMPAIGN_CURRENCY: {"value": "EUR"},
        },
    )
    return siege.submission(by, view)


def _never_counted(siege: Siege, by: Person) -> Body:
    target = Target(watch=WATCH, author="@ada").written()
    view = siege.form(
        ids.MUTE_VIEW,
        target,
        {
            ids.MUTE_WHICH: {"selected_option": {"value": "author"}},
            ids.MUTE_FOR: {"selected_option": {"value": EVER}},
        },
    )
    return siege.submission(by, view)


def _insight(name: str) -> Callable[[Siege], str]:
    return lambda siege: siege.insight[name]


def _draft(name: str) -> Callable[[Siege], str]:
    return lambda siege: siege.draft[name]


def _insight_changed(siege: Siege, by: Person) -> Body:
    view = siege.form(
        ids.INSIGHT_CHANGE_VIEW, siege.insight["third"], {ids.INSIGHT_TITLE: {"value": "Otherwise"}}
    )
    return siege.submission(by, view)


def _insight_declined(siege: Siege, by: Person) -> Body:
    view = siege.form(
        ids.INSIGHT_DECLINE_VIEW, siege.insight["third"], {ids.INSIGHT_REASON: {"value": "No."}}
    )
    return siege.submission(by, view)


def _returned(siege: Siege, by: Person) -> Body:
    place = f"{siege.draft['asked too']}\n1.1"
    view = siege.form(ids.DRAFT_RETURN_VIEW, place, {ids.NOTE: {"value": "Shorter."}})
    return siege.submission(by, view)


def _submitted(siege: Siege, by: Person) -> Body:
    text = {ids.DRAFT_TEXT: {"value": "We are so sorry."}}
    return siege.submission(by, siege.form(ids.DRAFT_VIEW, siege.draft["written"], text))


def _closed(siege: Siege, by: Person) -> Body:
    view = siege.form(ids.DRAFT_VIEW, siege.draft["begun"])
    return payloads.view_closed(by._world.spec, by.user, view, cleared=False)


def _phrase(siege: Siege, by: Person) -> Body:
    view = siege.form(ids.DRAFT_VIEW, siege.draft["begun"])
    return siege.click(by, ids.DRAFT_PHRASE, "", view=view, chosen="0")


GUARDED: Mapping[str, Guard] = {
    "action watch_new": Guard(admin, _click(ids.WATCH_NEW, "")),
    "action watch_edit": Guard(admin, _click(ids.WATCH_EDIT, WATCH)),
    "action watch_choose": Guard(admin, _click(ids.WATCH_CHOOSE, WATCH)),
    "action watch_try": Guard(admin, _click(ids.WATCH_TRY, WATCH)),
    "action watch_try_typed": Guard(admin, _in_form(ids.WATCH_TRY_TYPED)),
    "action watch_replay": Guard(admin, _click(ids.WATCH_REPLAY, WATCH), "adds a picture"),
    "action watch_replay_typed": Guard(admin, _in_form(ids.WATCH_REPLAY_TYPED)),
    "action watch_pause": Guard(admin, _click(ids.WATCH_PAUSE, WATCH)),
    "action watch_resume": Guard(admin, _click(ids.WATCH_RESUME, "Rival")),
    "action watch_back": Guard(admin, _back),
    "view watch_view": Guard(admin, _preview),
    "view watch_save_view": Guard(admin, _save),
    "view mute_view for ever": Guard(admin, _never_counted),
    "action proposal_apply": Guard(admin, _click(ids.PROPOSAL_APPLY, "giveaway"), STALE),
    "action proposal_decline": Guard(
        admin, _click(ids.PROPOSAL_DECLINE, "wallet"), "changed since"
    ),
    "action learning_reset": Guard(admin, _click(ids.LEARNING_RESET, "en")),
    "action campaign_change": Guard(manager, _click(ids.CAMPAIGN, "Launch")),
    "action campaign_new": Guard(manager, _click(ids.CAMPAIGN_NEW, "")),
    "view campaign_view": Guard(manager, _campaign),
    "action campaign_delete": Guard(manager, _click(ids.CAMPAIGN_DELETE, "Theirs")),
    "action insight_accept": Guard(manager, _click(ids.INSIGHT_ACCEPT, _insight("first"))),
    "action insight_plan": Guard(manager, _click(ids.INSIGHT_PLAN, _insight("first"))),
    "action insight_ship": Guard(manager, _click(ids.INSIGHT_SHIP, _insight("first"))),
    "action insight_reopen": Guard(manager, _click(ids.INSIGHT_REOPEN, _insight("gone"))),
    "action insight_more": Guard(
        manager,
        _click(ids.INSIGHT_MORE, lambda siege: f"{ids.INSIGHT_ACCEPT} {siege.insight['second']}"),
    ),
    "action insight_change": Guard(manager, _click(ids.INSIGHT_CHANGE, _insight("third"))),
    "view insight_change_view": Guard(manager, _insight_changed),
    "action insight_decline": Guard(manager, _click(ids.INSIGHT_DECLINE, _insight("third"))),
    "view insight_decline_view": Guard(manager, _insight_declined),
    "action insight_dismiss": Guard(manager, _click(ids.INSIGHT_DISMISS, _insight("gone"))),
    "action draft_approve": Guard(admin, _click(ids.DRAFT_APPROVE, _draft("asked"))),
    "view draft_return_view": Guard(admin, _returned),
    "action draft_sent": Guard(manager, _click(ids.DRAFT_SENT, _draft("ready"))),
    "action draft_phrase": Guard(manager, _phrase),
    "view_closed draft_view": Guard(manager, _closed),
    "view draft_view": Guard(manager, _submitted),
    "action author_forget": Guard(admin, _click(ids.FORGET, "@ada")),
}
"""What is not: each with a payload that does something for who may, one after the other."""


def registered() -> set[str]:
    """What the app answers to, from the app itself."""
    found: list[str] = []

    class Told(AsyncApp):
        pass

    def telling(kind: str) -> Callable[..., Any]:
        own = getattr(AsyncApp, kind)

        def told(self: AsyncApp, constraint: Any, *args: Any, **more: Any) -> Any:
            plain = constraint.pattern if isinstance(constraint, re.Pattern) else constraint
            found.append(f"{kind} {plain}")
            return own(self, constraint, *args, **more)

        return told

    kinds = ("action", "command", "event", "options", "shortcut", "view", "view_closed")
    for kind in kinds:
        setattr(Told, kind, telling(kind))
    app = Told(token="xoxb-1", request_verification_enabled=False)
    handlers.register(app, None)  # type: ignore[arg-type]  # nobody asks it anything
    assert len(app._async_listeners) == len(found), "a listener came in by another way"
    return set(found)


def test_of_every_listener_it_is_known_who_may() -> None:
    assert registered() == ANYBODY | {one for one in GUARDED if not one.endswith("for ever")}


async def test_a_forged_payload_of_somebody_who_may_not_does_nothing(siege: Siege) -> None:
    for listener, guard in GUARDED.items():
        came = await siege.sends(guard.payload(siege, siege.sam))
        assert not came.fell_over, listener
        assert not came.changed, listener
        assert not came.shows, listener
        assert guard.says not in came.words, listener


async def test_the_same_payload_of_who_may_does_it(siege: Siege) -> None:
    for listener, guard in GUARDED.items():
        came = await siege.sends(guard.payload(siege, guard.who(siege)))
        assert not came.fell_over, listener
        assert came.changed or came.shows or guard.says in came.words, listener
