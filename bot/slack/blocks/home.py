"""App Home: what is mine to do, what nobody has, how the team stands, and my own settings; for
those who administer Vigie, the watches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.conversation import Conversation, State
from bot.domain.judgements import Proposal
from bot.domain.status import Closed, Home, Lookout, Team, WatchState
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks import steps
from bot.slack.blocks.conversations import conversation_line
from bot.slack.blocks.insighthome import waiting_blocks
from bot.slack.blocks.judging import question_blocks
from bot.slack.blocks.load import load_section
from bot.slack.blocks.parts import (
    Block,
    Element,
    actions,
    button,
    context,
    divider,
    fields,
    header,
    link_button,
    plain,
    section,
)
from bot.slack.blocks.proposals import proposal_blocks
from bot.slack.blocks.status import closed_words, watch_words
from bot.slack.blocks.subscriptions import settings_line

MINE, WAITING, CLOSED, PROPOSED = 10, 12, 5, 5
"""Lines of each part: with two blocks for each of one's own, for each of twelve watches and for
each proposal, Home stays under Slack's hundred blocks."""

BESIDE = 4
"""So many fewer wait where insights wait for a decision as well."""

HERE = "home"
"""The place in which lines stand: Home is drawn again whole after a click in it."""


def home_view(home: Home, voice: Voice) -> Block:
    """App Home, for whom it was gathered."""
    blocks = [*_mine(home, voice), divider(), *_waiting(home, voice), divider()]
    if asked := question_blocks(home.asked, voice):
        blocks += [*asked, divider()]
    if waiting := waiting_blocks(home.insights, voice):
        blocks += [*waiting, divider()]
    blocks += [*_team(home.team, voice), divider(), settings_line(home.digest, voice)]
    blocks += load_section(home.week, voice)
    if home.lookout:
        blocks += [divider(), *_lookout(home.lookout, voice)]
    return {"type": "home", "blocks": blocks}


def _mine(home: Home, voice: Voice) -> Iterator[Block]:
    yield header(voice.say("My conversations"))
    if not home.mine:
        yield section(voice.say("You have none. Claim one below, or on an alert."))
    for conversation in home.mine[:MINE]:
        line = conversation_line(conversation, voice, home.now, HERE)
        yield {part: held for part, held in line.items() if part != "accessory"}
        yield _steps(conversation, voice)
    yield from _more(len(home.mine) - MINE, voice.say("`/vigie queue me`"), voice)


def _steps(conversation: Conversation, voice: Voice) -> Block:
    """Its next steps, with a way to the post; a spike has none, and nothing to answer."""
    post = link_button(voice.say("Open post"), ids.OPEN_LINK, conversation.url)
    spike = not (conversation.source or conversation.url)
    row = f"{HERE}.{conversation.id}"
    return steps.buttons(conversation, voice, row, spike=spike, extra=[post] if post else [])


def _waiting(home: Home, voice: Voice) -> Iterator[Block]:
    yield header(voice.say("Nobody has these yet"))
    if not home.waiting:
        yield section(voice.say("The queue is empty. 🎉"))
    room = WAITING - BESIDE if home.insights else WAITING
    for conversation in home.waiting[:room]:
        yield conversation_line(conversation, voice, home.now, HERE)
    yield from _more(len(home.waiting) - room, voice.say("`/vigie queue`"), voice)


def _more(left: int, command: str, voice: Voice) -> Iterator[Block]:
    if left > 0:
        words = voice.say("…and {n} more: {command}", n=voice.number(left), command=command)
        yield context(words)


def _team(team: Team, voice: Voice) -> Iterator[Block]:
    yield header(voice.say("The team"))
    open_ = " · ".join(
        f"{steps.LIGHTS[state]} {_so_many(state, count, voice)}"
        for state, count in team.states.items()
    )
    today = (
        voice.plural("{n} taken", "{n} taken", team.taken),
        voice.plural("{n} overdue", "{n} overdue", team.overdue),
    )
    refresh = button(voice.say("🔄 Refresh"), ids.HOME_REFRESH, "home")
    sums = fields(
        (
            (voice.say("Open"), open_ or voice.say("nothing")),
            (voice.say("Today"), " · ".join(today)),
        )
    )
    yield sums | {"block_id": ids.HOME_REFRESH, "accessory": refresh}


def _so_many(state: State, n: int, voice: Voice) -> str:
    """How many open conversations are in a state."""
    match state:
        case "claimed":
            return voice.plural("{n} taken", "{n} taken", n)
        case "replied":
            return voice.plural("{n} answered", "{n} answered", n)
        case "snoozed":
            return voice.plural("{n} asleep", "{n} asleep", n)
        case _:
            return voice.plural("{n} that nobody has", "{n} that nobody has", n)


def _lookout(lookout: Lookout, voice: Voice) -> Iterator[Block]:
    yield header(voice.say("Watches"))
    yield from _closed(lookout.closed, voice)
    yield from _proposed(lookout.proposals, voice)
    for state in lookout.watches:
        yield section(watch_words(state, voice))
        yield actions(f"{ids.WATCH_BLOCK}.{state.watch.name}", list(_deeds(state, voice)))
    new = button(voice.say("➕ New watch…"), ids.WATCH_NEW, "new", style="primary")
    yield actions(f"{ids.WATCH_BLOCK}.", [new, *_others(lookout, voice)])
    yield context(voice.say("Only those who administer Vigie see this part."))


def _closed(places: Sequence[Closed], voice: Voice) -> Iterator[Block]:
    for closed in places[:CLOSED]:
        yield section(closed_words(closed, voice))
    if len(places) > CLOSED:
        yield context(voice.say("…and {n} more.", n=voice.number(len(places) - CLOSED)))


def _proposed(proposals: Sequence[Proposal], voice: Voice) -> Iterator[Block]:
    for proposal in proposals[:PROPOSED]:
        yield from proposal_blocks(proposal, voice)
    yield from _more(len(proposals) - PROPOSED, voice.say("`/vigie precision`"), voice)


def _deeds(state: WatchState, voice: Voice) -> Iterator[Element]:
    watch = state.watch.name
    yield button(voice.say("Edit…"), ids.WATCH_EDIT, watch)
    if state.watch.paused:
        yield button(voice.say("Resume"), ids.WATCH_RESUME, watch)
    else:
        yield button(voice.say("Pause"), ids.WATCH_PAUSE, watch)
    yield button(voice.say("Try…"), ids.WATCH_TRY, watch)
    yield button(voice.say("Replay…"), ids.WATCH_REPLAY, watch)
    if state.mute:
        yield button(voice.say("Unmute"), ids.UNMUTE, watch)


def _others(lookout: Lookout, voice: Voice) -> list[Element]:
    """A menu of all watches, looked up as somebody types, where not all are shown."""
    if len(lookout.names) <= len(lookout.watches):
        return []
    menu: Element = {
        "type": "external_select",
        "action_id": ids.WATCH_CHOOSE,
        "placeholder": plain(
            voice.say("Edit another of {n}…", n=voice.number(len(lookout.names))), 150
        ),
        "min_query_length": 0,
    }
    return [menu]
