"""Modals through an unmodified Bolt app: opened, filled in, stacked, updated, closed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.standin import Person, Refusal, Standin
from tests.standin.conftest import Connect, refused


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


NOTE = {
    "type": "input",
    "block_id": "note",
    "label": plain("Note"),
    "element": {"type": "plain_text_input", "action_id": "words", "min_length": 2},
}
WHO = {
    "type": "input",
    "block_id": "who",
    "optional": True,
    "label": plain("Who"),
    "element": {"type": "users_select", "action_id": "user"},
}
PICK = {
    "type": "actions",
    "block_id": "pick",
    "elements": [
        {
            "type": "static_select",
            "action_id": "mood",
            "options": [
                {"text": plain("Good"), "value": "good"},
                {"text": plain("Bad"), "value": "bad"},
            ],
        }
    ],
}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A modal with these blocks."""
    made = {"type": "modal", "callback_id": "assign", "title": plain("Assign"), "blocks": blocks}
    return made | {"submit": plain("Assign")} | more


class Opened:
    """What the app was told; every `/vigie` opens `first`."""

    def __init__(self, bolt: AsyncApp, standin: Standin) -> None:
        self.submissions: list[dict[str, Any]] = []
        self.actions: list[dict[str, Any]] = []
        self.closed: list[dict[str, Any]] = []
        self.answer: dict[str, Any] = {}
        self.first = modal(NOTE, WHO, PICK)
        self.standin = standin
        self.client = bolt.client
        bolt.command("/vigie")(self._command)
        bolt.view("assign")(self._submitted)
        bolt.view_closed("assign")(self._closed)
        bolt.action("mood")(self._acted)

    async def by(self, person: Person) -> None:
        """`person` opens the modal."""
        await person.command("/vigie")
        await self.standin.wait_for(lambda: person.modal)

    async def _command(self, ack: Any, body: dict[str, Any], client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=self.first)

    async def _submitted(self, ack: Any, body: dict[str, Any]) -> None:
        self.submissions.append(body)
        await ack(**self.answer)

    async def _closed(self, ack: Any, body: dict[str, Any]) -> None:
        await ack()
        self.closed.append(body)

    async def _acted(self, ack: Any, body: dict[str, Any]) -> None:
        self.actions.append(body)
        await ack()


@pytest.fixture
async def opened(standin: Standin, bolt: AsyncApp, connect: Connect) -> Opened:
    made = Opened(bolt, standin)
    await connect()
    return made


async def test_a_submitted_modal_carries_its_state_and_closes(
    standin: Standin, opened: Opened
) -> None:
    sam, margot = standin.person("Sam"), standin.person("Margot")
    await opened.by(sam)
    done = await sam.submit({"note": {"words": "please"}, "who": {"user": margot.id}})

    assert done.result == "closed"
    assert sam.modal is None
    values = opened.submissions[0]["view"]["state"]["values"]
    assert values["note"]["words"] == {"type": "plain_text_input", "value": "please"}
    assert values["who"]["user"] == {"type": "users_select", "selected_user": margot.id}
    assert values["pick"]["mood"] == {"type": "static_select", "selected_option": None}


async def test_errors_leave_the_modal_with_words_under_the_input(
    standin: Standin, opened: Opened
) -> None:
    sam = standin.person("Sam")
    await opened.by(sam)
    opened.answer = {"response_action": "errors", "errors": {"note": "Say more."}}
    done = await sam.submit({"note": {"words": "hm"}})

    assert (done.result, done.errors) == ("errors", {"note": "Say more."})
    assert sam.modal is not None


async def test_errors_for_a_block_that_is_no_input_are_not_taken(
    standin: Standin, opened: Opened
) -> None:
    sam = standin.person("Sam")
    await opened.by(sam)
    opened.answer = {"response_action": "errors", "errors": {"pick": "No."}}
    with pytest.raises(Refusal, match="invalid_arguments"):
        await sam.submit({"note": {"words": "hello"}})


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (None, "Please complete this required field."),
        ("x", "Use at least 2 characters."),
        ("x" * 3001, "Use at most 3000 characters."),
    ],
)
async def test_slacks_own_client_refuses_a_wrong_input(
    standin: Standin, opened: Opened, words: str | None, error: str
) -> None:
    sam = standin.person("Sam")
    await opened.by(sam)
    done = await sam.submit({"note": {"words": words}})

    assert (done.result, done.errors) == ("errors", {"note": error})
    assert opened.submissions == []


async def test_modals_stack_three_high_and_close_one_by_one(
    standin: Standin, opened: Opened
) -> None:
    sam = standin.person("Sam")
    await opened.by(sam)
    for depth in (2, 3):
        opened.answer = {"response_action": "push", "view": modal(NOTE, title=plain(f"No {depth}"))}
        assert (await sam.submit({"note": {"words": "more"}})).result == "pushed"
    stack = standin.world.views.stack(sam.id)
    assert [view.authored["title"]["text"] for view in stack] == ["Assign", "No 2", "No 3"]
    assert {view.root for view in stack} == {stack[0].id}
    assert stack[2].previous == stack[1].id

    with pytest.raises(Refusal, match="push_limit_reached"):
        await sam.submit({"note": {"words": "more"}})
    await sam.close()
    assert sam.modal == stack[1]


async def test_an_update_keeps_what_was_typed_into_inputs_that_stay(
    standin: Standin, opened: Opened
) -> None:
    sam = standin.person("Sam")
    await opened.by(sam)
    opened.answer = {"response_action": "update", "view": modal(NOTE, title=plain("Again"))}
    done = await sam.submit({"note": {"words": "kept"}})

    assert done.result == "updated"
    assert sam.modal is not None
    state = sam.modal.json("A1")["state"]["values"]
    assert state == {"note": {"words": {"type": "plain_text_input", "value": "kept"}}}


async def test_clear_closes_the_whole_stack(standin: Standin, opened: Opened) -> None:
    sam = standin.person("Sam")
    await opened.by(sam)
    opened.answer = {"response_action": "push", "view": modal(NOTE)}
    await sam.submit({"note": {"words": "more"}})
    opened.answer = {"response_action": "clear"}
    await sam.submit({"note": {"words": "done"}})

    assert standin.world.views.stack(sam.id) == ()


async def test_a_closed_modal_is_told_where_it_was_asked_for(
    standin: Standin, opened: Opened
) -> None:
    sam = standin.person("Sam")
    await opened.by(sam)
    await sam.close()
    assert opened.closed == []

    opened.first = modal(NOTE, notify_on_close=True)
    await opened.by(sam)
    await sam.close()
    (told,) = await standin.wait_for(lambda: opened.closed)
    assert told["is_cleared"] is False


async def test_an_element_in_a_modal_is_used_and_its_state_kept(
    standin: Standin, opened: Opened
) -> None:
    sam = standin.person("Sam")
    await opened.by(sam)
    assert sam.modal is not None
    await sam.choose(sam.modal, "mood", "bad")

    (body,) = opened.actions
    assert body["container"] == {"type": "view", "view_id": sam.modal.id}
    assert body["actions"][0]["selected_option"]["value"] == "bad"
    state = body["view"]["state"]["values"]["pick"]["mood"]
    assert state["selected_option"]["value"] == "bad"
    with pytest.raises(Refusal, match="no option has the value 'odd'"):
        await sam.choose(sam.modal, "mood", "odd")


async def test_a_stale_hash_does_not_overwrite(standin: Standin, opened: Opened) -> None:
    sam = standin.person("Sam")
    await opened.by(sam)
    view = sam.modal
    assert view is not None
    update = opened.client.views_update
    newer = modal(NOTE, title=plain("Newer"))

    await update(view_id=view.id, hash=view.hash, view=newer)
    assert await refused(update(view_id=view.id, hash=view.hash, view=newer)) == "hash_conflict"
    await update(view_id=view.id, view=newer)
    await sam.close()
    assert await refused(update(view_id=view.id, view=newer)) == "not_found"


async def test_a_trigger_lives_three_seconds_and_opens_one_modal(
    standin: Standin, bolt: AsyncApp, connect: Connect
) -> None:
    triggers: list[str] = []

    @bolt.shortcut("look")
    async def chosen(ack: Any, shortcut: dict[str, Any]) -> None:
        triggers.append(shortcut["trigger_id"])
        await ack()

    await connect()
    sam = standin.person("Sam")
    for _ in range(2):
        await sam.shortcut("look")
    open_ = bolt.client.views_open

    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await open_(trigger_id=triggers[0], view=modal(title=plain("x" * 25)))
    await open_(trigger_id=triggers[0], view=modal(NOTE))
    used = open_(trigger_id=triggers[0], view=modal(NOTE))
    assert await refused(used) == "exchanged_trigger_id"
    standin.clock.forward(3.1)
    late = open_(trigger_id=triggers[1], view=modal(NOTE))
    assert await refused(late) == "expired_trigger_id"
    made_up = open_(trigger_id="1.2.3", view=modal(NOTE))
    assert await refused(made_up) == "invalid_trigger_id"


async def test_a_push_needs_a_trigger_from_the_open_modal(standin: Standin, opened: Opened) -> None:
    sam = standin.person("Sam")
    await opened.by(sam)
    assert sam.modal is not None
    await sam.choose(sam.modal, "mood", "good")
    push = opened.client.views_push

    await push(trigger_id=opened.actions[0]["trigger_id"], view=modal(NOTE))
    assert len(standin.world.views.stack(sam.id)) == 2
    outside = standin.world.triggers.issue(sam.id)
    assert await refused(push(trigger_id=outside, view=modal(NOTE))) == "invalid_trigger_id"


async def test_a_modal_stays_where_the_app_does_not_answer(
    standin: Standin, bolt: AsyncApp, opened: Opened
) -> None:
    asked = asyncio.Event()

    @bolt.view("slow")
    async def never(ack: Any) -> None:
        asked.set()

    opened.first = modal(NOTE, callback_id="slow")
    sam = standin.person("Sam")
    await opened.by(sam)
    submitted = asyncio.create_task(sam.submit({"note": {"words": "hello"}}))
    await asked.wait()
    standin.clock.forward(3)

    with pytest.raises(Refusal, match="Vigie did not answer in time"):
        await submitted
    assert sam.modal is not None


async def test_a_home_is_renewed_against_its_hash(standin: Standin, bolt: AsyncApp) -> None:
    margot = standin.person("Margot")
    publish = bolt.client.views_publish
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = await publish(user_id=margot.id, view=home)
    await publish(user_id=margot.id, view=home, hash=first["view"]["hash"])

    stale = publish(user_id=margot.id, view=home, hash=first["view"]["hash"])
    assert await refused(stale) == "hash_conflict"
    wrong = publish(user_id=margot.id, view=modal(NOTE))
    assert await refused(wrong) == "invalid_arguments"
    assert margot.home is not None
    assert margot.home.id == first["view"]["id"]


async def test_options_are_asked_of_the_app(
    standin: Standin, bolt: AsyncApp, opened: Opened
) -> None:
    @bolt.options("city")
    async def cities(ack: Any, value: str, payload: dict[str, Any]) -> None:
        await ack(options=[{"text": plain(payload["value"] + "on"), "value": "lyon"}])

    element = {"type": "external_select", "action_id": "city", "min_query_length": 1}
    block = {"type": "input", "block_id": "where", "label": plain("Where"), "element": element}
    opened.first = modal(block)
    sam = standin.person("Sam")
    await opened.by(sam)
    assert sam.modal is not None

    offered = await sam.options(sam.modal, "city", "ly")
    assert offered == {"options": [{"text": plain("lyon"), "value": "lyon"}]}
