"""The form in which a watch is made, changed, tried and paused; and what is shown before it is
kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from bot.config.file import WatchConfig
from bot.config.sources import SourceConfig, SourceKind
from bot.domain.query_parser import MAX_LENGTH
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks.forms import field, modal, option, text_input
from bot.slack.blocks.parts import (
    Block,
    Element,
    actions,
    asking_first,
    button,
    context,
    plain,
    section,
)
from bot.slack.blocks.watchchoices import also_choice, negative_choice, patience_choice
from bot.slack.blocks.watchnoise import noise_line
from bot.slack.edits import code, differences
from bot.slack.mrkdwn import name

NAME, ALARM, CONDITIONS = 60, 500, 500
LONGEST_TEXT = 3000
MOST_OPTIONS = 100

PAUSED = "paused"

Origin = Literal["new", "file", "edited", "made"]
"""Whether the watch is the file's as it stands there, was changed in Slack, or was made there."""

KINDS: Mapping[SourceKind, str] = {
    "feed": phrase("Feeds"),
    "mastodon": phrase("Mastodon"),
    "mastodon-search": phrase("Mastodon, searched"),
    "bluesky": phrase("Bluesky"),
    "bluesky-search": phrase("Bluesky, searched"),
    "hackernews": phrase("Hacker News"),
    "reddit": phrase("Reddit"),
    "lemmy": phrase("Lemmy"),
    "discourse": phrase("Forums"),
    "stackexchange": phrase("Stack Exchange"),
    "github": phrase("GitHub"),
    "appstore": phrase("App Store"),
    "gdelt": phrase("The press (GDELT)"),
    "youtube": phrase("YouTube"),
    "x": phrase("X"),
    "facebook": phrase("Facebook"),
    "instagram": phrase("Instagram"),
    "threads": phrase("Threads"),
    "webhook": phrase("What is sent to Vigie"),
}


class WatchForm(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the form: `watch` as it is (or was typed), `version` as it was seen; `by` is
    who left it so in Slack. `negative` and `spike` are the channels' ids, `""` where they are not
    known; `sources` all that there are."""

    watch: WatchConfig
    origin: Origin
    sources: tuple[SourceConfig, ...]
    version: int = 0
    by: str = ""
    negative: str = ""
    spike: str = ""

    @property
    def is_new(self) -> bool:
        return self.origin == "new"


class Shown(msgspec.Struct, frozen=True):
    """What a form's `private_metadata` says: which watch it is about, as it was seen."""

    name: str
    version: int


def form_view(
    form: WatchForm, voice: Voice, found: Sequence[Block] = (), rung: Sequence[Block] = ()
) -> Block:
    """The form; `found` is what came of trying it out, below the query, and `rung` what would have
    rung, below the sensitivity."""
    shown = Shown("" if form.is_new else form.watch.name, form.version)
    return modal(
        ids.WATCH_VIEW,
        voice.say("New watch") if form.is_new else voice.say("Edit watch"),
        list(_blocks(form, voice, found, rung)),
        submit=voice.say("Preview"),
        close=voice.say("Cancel"),
        metadata=msgspec.json.encode(shown).decode(),
    )


def _blocks(
    form: WatchForm, voice: Voice, found: Sequence[Block], rung: Sequence[Block]
) -> Iterator[Block]:
    watch = form.watch
    if form.is_new:
        yield field(ids.WATCH_NAME, voice.say("Name"), _line(watch.name, NAME))
    else:
        yield section(f"*{name(watch.name)}* · {_origin(form, voice)}")
        yield context(voice.say("A watch keeps its name: what was counted is kept under it."))
    yield field(
        ids.WATCH_QUERY,
        voice.say("What to look for"),
        text_input(
            written=watch.query,
            most=MAX_LENGTH,
            empty=voice.say("lumo OR “maison lumo” NOT wallet"),
        ),
        hint=voice.say(
            "Words, “exact phrases”, AND, OR, NOT in capitals, (parentheses), a near/5 b, "
            "case:Word, begin*. Case and accents do not matter."
        ),
    )
    yield actions(ids.WATCH_TRIAL, [button(voice.say("🔎 Try it out"), ids.WATCH_TRY_TYPED, "try")])
    yield from found
    yield from _conditions(watch, voice)
    yield _sources(form, voice)
    yield _channel(ids.WATCH_NEGATIVE, voice.say("Negative posts go to"), form.negative, voice)
    yield field(
        ids.WATCH_BELOW,
        voice.say("What counts as negative"),
        negative_choice(watch, voice),
        hint=voice.say(
            "A budget or a share follows the stream: the most negative posts of each language. "
            "Until enough are known, the threshold holds."
        ),
    )
    yield _channel(ids.WATCH_SPIKE, voice.say("Spikes go to"), form.spike, voice)
    yield field(
        ids.WATCH_ONCE_IN, voice.say("How easily a spike rings"), patience_choice(watch, voice)
    )
    if not form.is_new:
        look = button(voice.say("🔔 What would have rung?"), ids.WATCH_REPLAY_TYPED, "replay")
        yield actions(ids.WATCH_RUNG, [look])
    yield from rung
    alarm = ", ".join(watch.alarm)
    yield field(
        ids.WATCH_ALARM,
        voice.say("Words of alarm"),
        _line(alarm, max(ALARM, len(alarm)), voice.say("fire, recall, lawyer")),
        optional=True,
        hint=voice.say("Set apart by commas. A negative post that holds one is severe."),
    )
    yield field(ids.WATCH_ALSO, voice.say("Told as well"), also_choice(watch, voice), optional=True)
    yield field(ids.WATCH_PAUSED, voice.say("Pause"), _paused(watch, voice), optional=True)
    yield from _way_back(form, voice)


def _conditions(watch: WatchConfig, voice: Voice) -> Iterator[Block]:
    """Words that tell the brand from what is called like it, and what is noise; a list that is
    longer than Slack's fields is not asked about, and stays."""
    for block, label, written, empty, hint in (
        (
            ids.WATCH_NEEDS,
            voice.say("And one of these words"),
            ", ".join(watch.needs),
            voice.say("plan*, fibre, “mobile network”"),
            voice.say("For a name that is a word as well: what a post about the brand speaks of."),
        ),
        (
            ids.WATCH_WITHOUT,
            voice.say("And none of these"),
            ", ".join(watch.without),
            voice.say("juice, recipe"),
            voice.say("What posts about something else speak of."),
        ),
        (
            ids.WATCH_NOISE,
            voice.say("Never counted"),
            noise_line(watch.noise),
            voice.say("author:@promo_bot, giveaway"),
            voice.say("Authors, and words, whose posts are no mentions at all."),
        ),
    ):
        if len(written) <= LONGEST_TEXT:
            box = _line(written, max(CONDITIONS, len(written)), empty)
            yield field(block, label, box, optional=True, hint=hint)


def _origin(form: WatchForm, voice: Voice) -> str:
    match form.origin:
        case "edited":
            return voice.say("changed in Slack by <@{who}>", who=form.by)
        case "made":
            return voice.say("made in Slack, left so by <@{who}>", who=form.by)
        case _:
            return voice.say("as the file has it")


def _line(written: str, most: int, empty: str = "") -> Element:
    element = text_input(written=written, most=most, empty=empty)
    return element | {"multiline": False}


def _sources(form: WatchForm, voice: Voice) -> Block:
    """All sources, grouped by their kind, as a menu takes a hundred in each of a hundred groups."""
    groups = list(_groups(form.sources, voice))
    every = [one for group in groups for one in group["options"]]
    menu: Element = {
        "type": "multi_static_select",
        "action_id": ids.VALUE,
        "option_groups": groups,
        "placeholder": plain(voice.say("All of them"), 150),
    }
    if preset := [one for one in every if one["value"] in form.watch.sources]:
        menu["initial_options"] = preset
    hint = voice.say("None chosen means all, those that come later included.")
    return field(ids.WATCH_SOURCES, voice.say("Sources"), menu, optional=True, hint=hint)


def _groups(sources: Sequence[SourceConfig], voice: Voice) -> Iterator[Element]:
    for kind, words in KINDS.items():
        options = [option(one.name, one.name) for one in sources if one.kind == kind]
        for start in range(0, len(options), MOST_OPTIONS):
            part = options[start : start + MOST_OPTIONS]
            yield {"label": plain(voice.say(words), 75), "options": part}


def _channel(block_id: str, label: str, chosen: str, voice: Voice) -> Block:
    menu: Element = {
        "type": "conversations_select",
        "action_id": ids.VALUE,
        "placeholder": plain(voice.say("Choose a channel"), 150),
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }
    if chosen:
        menu["initial_conversation"] = chosen
    return field(block_id, label, menu)


def _paused(watch: WatchConfig, voice: Voice) -> Element:
    box = option(voice.say("Not polled for now; all that was read is kept"), PAUSED)
    boxes: Element = {"type": "checkboxes", "action_id": ids.VALUE, "options": [box]}
    return boxes | ({"initial_options": [box]} if watch.paused else {})


def _way_back(form: WatchForm, voice: Voice) -> Iterator[Block]:
    if form.origin == "edited":
        yield _back(
            form,
            voice,
            voice.say("Back to the file’s"),
            voice.say("What was changed in Slack is forgotten; the file’s watch is used again."),
        )
    elif form.origin == "made":
        yield _back(
            form,
            voice,
            voice.say("Remove this watch"),
            voice.say("It is watched no more. Its mentions and conversations stay."),
        )


def _back(form: WatchForm, voice: Voice, label: str, meaning: str) -> Block:
    element = button(label, ids.WATCH_BACK, form.watch.name, style="danger")
    asking = asking_first(element, label, meaning, voice.say("Yes"), voice)
    return actions(f"{ids.WATCH_BLOCK}.back", [asking])


def preview_view(
    before: WatchConfig | None,
    after: WatchConfig,
    found: Sequence[Block],
    carried: str,
    voice: Voice,
    *,
    ahead: str = "",
) -> Block:
    """What is about to be kept; `carried` is what `bot.slack.carried` made of it. `ahead` is who
    changed the watch after the form was opened: then `before` is what they left."""
    title = f"*{name(after.name)}* · {code(after.query)}"
    blocks: list[Block] = [section(title), *found]
    if before is not None:
        blocks.append({"type": "divider"})
        lines = differences(before, after, voice)
        blocks.append(section(_changes(lines, ahead, voice)))
    return modal(
        ids.WATCH_SAVE_VIEW,
        voice.say("Before it is kept"),
        blocks,
        submit=voice.say("Save mine") if ahead else voice.say("Save"),
        close=voice.say("Back"),
        metadata=carried,
    )


def _changes(lines: Sequence[str], ahead: str, voice: Voice) -> str:
    if ahead:
        first = voice.say(
            "⚠️ *<@{who}> changed this watch while you had it open.* Theirs → yours:", who=ahead
        )
    else:
        first = voice.say("*What changes:*")
    if not lines:
        return voice.say("Nothing is different from what is kept.")
    return "\n".join((first, *(f"• {line}" for line in lines)))
