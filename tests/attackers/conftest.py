"""A workspace with something in it worth attacking, and a way to send the bot what nobody who uses
Slack's own clients could: any payload, from anybody, with Slack's signature taken for granted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

import handlers
from bot.domain.campaigns import Campaign
from bot.domain.drafts import Draft, DraftState
from bot.domain.insights import State
from bot.domain.judgements import Proposal
from bot.services import hearing
from bot.services.base import Services
from bot.services.subjects import Subject
from bot.slack import ids
from bot.standin import UNLIMITED, AppSpec, Message, Person, Standin, payloads
from bot.standin.residents import Channel
from bot.standin.responses import Origin
from bot.standin.world import ApiCall
from bot.store.repositories import TABLES
from tests.builders import a_fresh_post
from tests.journeys.conftest import CHANNELS, MANIFEST, Town, bot_services
from tests.services.conftest import CONFIG, ScriptedSource

ASKS = "My lumo lamp: terrible, worst, hated it. Please add a dark mode to the lamp."

RIVAL = """
[[watches]]
name = "Rival"
query = "rival"
channel = "#brand"
paused = true
[[phrases]]
name = "Sorry"
language = "en"
text = "Hello {author}, I am sorry. – {me}"
"""

INSIGHTS: Mapping[str, State] = {
    "first": "heard",
    "second": "heard",
    "third": "heard",
    "gone": "declined",
}
DRAFTS: Mapping[str, DraftState] = {
    "asked": "asked",
    "asked too": "asked",
    "ready": "ready",
    "written": "drafting",
    "begun": "drafting",
}
PROPOSALS = ("giveaway", "wallet")
"""What there is, by names of the tests' own; a proposal's is what it leaves out."""

Body = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Came:
    """What a payload came to: Slack's answer, the rows of the store that it changed (table and id),
    the methods of Slack that were called, the modals that it `shows` (beside mere notices), all
    words that anybody was told, and whether a listener fell over."""

    status: int
    answer: Mapping[str, Any]
    changed: frozenset[tuple[str, str]]
    called: tuple[str, ...]
    shows: frozenset[str]
    words: str
    fell_over: bool


@dataclass(kw_only=True)
class Siege:
    """A bot without a socket, and what is held in it. Margot administers it, Camille is the manager
    and of the team that owns insights, Sam is a member like any other."""

    standin: Standin
    services: Services
    app: AsyncApp
    log: pytest.LogCaptureFixture
    margot: Person = field(init=False)
    camille: Person = field(init=False)
    sam: Person = field(init=False)
    conversation: str = field(init=False)
    draft: Mapping[str, str] = field(init=False)
    insight: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        for name in ("margot", "camille", "sam"):
            setattr(self, name, self.standin.person(name.capitalize()))
        self.draft = {name: f"c1.{number}" for number, name in enumerate(DRAFTS)}
        self.insight = {name: f"vxhm{number}2" for number, name in enumerate(INSIGHTS)}

    @property
    def care(self) -> Channel:
        """The channel in which everything is done."""
        return next(one for one in self.standin.workspace.channels.values() if one.name == "care")

    async def sends(self, body: Body) -> Came:
        """Have the bot handle a payload to its end."""
        before, calls = await self.held(), len(self.standin.calls)
        answer = await self.handles(body)
        after = await self.held()
        made = self.standin.calls[calls:]
        answer_in = msgspec.json.decode(answer.body) if answer.body.startswith("{") else {}
        return Came(
            status=answer.status,
            answer=answer_in,
            changed=frozenset(
                key for key in before.keys() | after.keys() if before.get(key) != after.get(key)
            ),
            called=tuple(call.method for call in made),
            shows=frozenset(_shown(answer_in, made)) - {ids.NOTICE_VIEW},
            words=str([answer.body, *(call.arguments for call in made), *self._told(body)]),
            fell_over=self.fell_over,
        )

    async def handles(self, body: Body) -> BoltResponse:
        """Have the bot handle a payload to its end, without a look at what comes of it."""
        self.log.clear()
        request = AsyncBoltRequest(body=body, mode="socket_mode")
        answer = await self.app.async_dispatch(request)
        while running := {task for task in asyncio.all_tasks() if _is_of_a_listener(task)}:
            await asyncio.wait(running)
        return answer

    @property
    def fell_over(self) -> bool:
        """Whether a listener did, of the payload that was handled last."""
        return any(record.levelno >= logging.ERROR for record in self.log.records)

    def _told(self, body: Body) -> list[str]:
        """What whoever sent it has seen of the bot since."""
        person = next(p for p in (self.margot, self.camille, self.sam) if p.id == _by(body))
        return [f"{one.text} {one.blocks}" for one in person.ephemerals("#care")]

    async def held(self) -> dict[tuple[str, str], bytes]:
        """All that the store holds, but the settings that say when who last looked."""
        store = self.services.records._store
        return {
            (spec.name, row.id): row.json
            for spec in TABLES
            async for rows in store.rows(spec.name)
            for row in rows
        }

    def click(self, by: Person, action: str, value: str, **changes: Any) -> Body:
        """A click on an element with this id, which carries that, in a message in #care."""
        world, channel = by._world, self.care
        posted = Message(channel=channel.id, ts="1.000001", text="", user="U0BOT", blocks=())
        where = payloads.in_message(
            channel,
            {"ts": posted.ts, "text": "a card", "blocks": []},
            False,
            {},
            world.response_url(Origin(user=by.id, channel=channel.id)),
        )
        action_ = {
            "type": "button",
            "block_id": changes.pop("block", "b"),
            "action_id": action,
            "action_ts": "1.1",
            "value": value,
        }
        if chosen := changes.pop("chosen", None):
            action_["selected_option"] = {"value": chosen}
        if view := changes.pop("view", None):
            where = payloads.in_view(view)
        body = payloads.block_actions(
            world.spec, by.user, where, action_, trigger_id=world.triggers.issue(by.id)
        )
        return body | changes

    def form(
        self, callback: str, metadata: str = "", values: Mapping[str, Mapping[str, Any]] = {}
    ) -> Body:
        """A modal as Slack tells of it, with what was put into each block."""
        return {
            "id": "V0FORGED",
            "type": "modal",
            "callback_id": callback,
            "private_metadata": metadata,
            "hash": "1.abc",
            "blocks": [],
            "state": {"values": {block: {ids.VALUE: dict(v)} for block, v in values.items()}},
        }

    def submission(self, by: Person, view: Body) -> Body:
        """That form, submitted by somebody."""
        world = by._world
        trigger = world.triggers.issue(by.id)
        return payloads.view_submission(world.spec, by.user, view, trigger_id=trigger)

    def command(self, by: Person, text: str) -> Body:
        """`/vigie …`, typed in #care."""
        world, channel = by._world, self.care
        return payloads.command(
            world.spec,
            by.user,
            channel,
            next(one for one in world.spec.commands if one.command == ids.COMMAND),
            text,
            trigger_id=world.triggers.issue(by.id),
            response_url=world.response_url(Origin(user=by.id, channel=channel.id)),
        )


def _shown(answer: Body, calls: Sequence[ApiCall]) -> Iterator[str]:
    """The callback ids of the modals that Slack was handed."""
    for view in (answer.get("view"), *(call.arguments.get("view") for call in calls)):
        shown = msgspec.json.decode(view) if isinstance(view, str) else view
        if isinstance(shown, dict) and shown.get("type") == "modal":
            yield str(shown.get("callback_id", ""))


def _is_of_a_listener(task: asyncio.Task[Any]) -> bool:
    """Bolt goes on in tasks of its own once an envelope is acknowledged."""
    return "run_ack_function" in str(task.get_coro())


def _by(body: Body) -> str:
    user = body.get("user")
    return str(user["id"] if isinstance(user, dict) else body.get("user_id", ""))


@pytest.fixture
async def siege(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Siege]:
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    standin = await Standin.start(
        app=AppSpec.from_manifest(manifest), channels=CHANNELS, rates=UNLIMITED
    )
    caplog.set_level(logging.INFO)
    camille = standin.person("Camille").id
    config = (
        f"{CONFIG}\n{RIVAL}"
        f'[[teams]]\nname = "Lamp"\nchannel = "#brand"\nthemes = ["lamp"]\n'
        f'members = ["{camille}"]\n[duty]\nmanager = "{camille}"\n'
    )
    places = {name: ScriptedSource(name) for name in ("forum", "lumen.social")}
    try:
        async with bot_services(standin, tmp_path / "data", places, config=config) as services:
            app = AsyncApp(client=services.slack.client)
            handlers.register(app, services)
            made = Siege(standin=standin, services=services, app=app, log=caplog)
            await furnish(made, Town(standin, services, places))
            yield made
    finally:
        await standin.close()


async def furnish(siege: Siege, town: Town) -> None:
    """A complaint that was told, insights, drafts of Camille's, a campaign and a proposal."""
    services, records = siege.services, siege.services.records
    await town.first_polls()
    await town.poll("forum", a_fresh_post(source="forum", id="p1", text=ASKS))
    [alert] = await records.alerts.find({"watch": "Lumo"}, "raised")
    siege.conversation = alert.value.conversation
    [mention] = await records.mentions.find({"watch": "Lumo"}, "at")
    chosen = hearing.Chosen(title="A dark mode", kind="wish", theme="lamp", team="Lamp")
    subject = Subject(mention=mention.value.id)
    heard = await hearing.heard(services, subject, chosen, siege.camille.id)
    for name, state in INSIGHTS.items():
        other = msgspec.structs.replace(heard, id=siege.insight[name], state=state)
        await records.commit([records.insights.put(other.id, other)])
    for name, stage in DRAFTS.items():
        draft = Draft(
            id=siege.draft[name],
            conversation=siege.conversation,
            by=siege.camille.id,
            at=services.now(),
            text="" if stage == "drafting" else "We are sorry.",
            state=stage,
            approver=siege.margot.id if stage == "asked" else "",
        )
        await records.commit([records.drafts.put(draft.id, draft, 0)])
    query = str(services.watches.named("Lumo").query)
    for id in PROPOSALS:
        proposal = Proposal(id=id, watch="Lumo", at=services.now(), exclude=id, query=query)
        await records.commit([records.proposals.put(id, proposal, 0)])
    campaign = Campaign(
        name="Launch", watch="Lumo", first=date(2026, 11, 2), last=date(2026, 11, 8)
    )
    await records.commit([records.campaigns.put("launch", campaign, 0)])
