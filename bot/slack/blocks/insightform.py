"""The forms of insights: what is asked for, of what kind and whose; and why one is declined."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.excerpt import shorten
from bot.domain.insights import KINDS, LONGEST_REASON, LONGEST_TITLE, Insight
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.forms import field, modal, option, select, text_input
from bot.slack.blocks.insightparts import KIND_NAMES, LIGHTS, shown, titled
from bot.slack.blocks.parts import Block, Element, section

NOBODYS = "-"
"""The value of no team: an option has one."""

LIKE = "like"
THEME = 60
LABEL = 75


def insight_view(
    insight: Insight,
    teams: Sequence[str],
    others: Sequence[Insight],
    like: str,
    metadata: str,
    voice: Voice,
) -> Block:
    """The form of an insight as it is proposed; `like` says how many posts are like it, `""` where
    there are none."""
    blocks = _about(insight, teams, voice)
    if like:
        blocks.append(field(ids.INSIGHT_LIKE, voice.say("Like posts"), _tick(like), optional=True))
    if others:
        label = voice.say("Or add it to one that there is")
        hint = voice.say("Its title, kind, theme and team stay as they are.")
        empty = voice.say("A new insight")
        blocks.append(_others(others, label, hint, empty, voice))
    return _form(ids.INSIGHT_VIEW, voice.say("Make it an insight"), blocks, metadata, voice)


def change_view(
    insight: Insight, teams: Sequence[str], others: Sequence[Insight], voice: Voice
) -> Block:
    """The form of an insight that there is."""
    blocks = _about(insight, teams, voice)
    if others:
        label = voice.say("Or another asks for the same")
        hint = voice.say("It takes over whoever voices this one, which is closed.")
        blocks.append(_others(others, label, hint, voice.say("None"), voice))
    return _form(ids.INSIGHT_CHANGE_VIEW, voice.say("Change"), blocks, insight.id, voice)


def _form(callback: str, title: str, blocks: Sequence[Block], metadata: str, voice: Voice) -> Block:
    return modal(
        callback,
        title,
        blocks,
        submit=voice.say("Save"),
        close=voice.say("Cancel"),
        metadata=metadata,
    )


def _about(insight: Insight, teams: Sequence[str], voice: Voice) -> list[Block]:
    """What is asked for, of what kind, about what, and whose it is where there are teams."""
    kinds = [option(voice.say(KIND_NAMES[kind]), kind) for kind in KINDS]
    title = _line(titled(insight, voice), LONGEST_TITLE)
    blocks = [
        field(ids.INSIGHT_TITLE, voice.say("What is asked for?"), title),
        field(ids.INSIGHT_KIND, voice.say("What is it?"), select(kinds, chosen=insight.kind)),
        field(ids.INSIGHT_THEME, voice.say("Theme"), _line(insight.theme, THEME), optional=True),
    ]
    if not teams:
        return blocks
    owners = [option(voice.say("By its theme, or nobody"), NOBODYS)]
    owners += [option(team, team) for team in teams]
    chosen = select(owners, chosen=insight.team or NOBODYS)
    return [*blocks, field(ids.INSIGHT_TEAM, voice.say("Which team owns it?"), chosen)]


def like_words(posts: int, people: int, reach: int, voice: Voice, *, counted: bool = True) -> str:
    """How many posts are like it, `""` for none; that there may be some, where they are not
    `counted` yet."""
    if not counted:
        return voice.say("Add the like posts of the past too")
    if not posts:
        return ""
    said = voice.plural("{n} person", "{n} people", people)
    return voice.plural(
        "Add {n} like post too: {people}, reach {reach}",
        "Add {n} like posts too: {people}, reach {reach}",
        posts,
        people=said,
        reach=voice.number(reach),
    )


def decline_view(insight: Insight, voice: Voice) -> Block:
    """Why it is declined."""
    hint = voice.say("Whoever heard it is told in these words, and they stand on the card.")
    return modal(
        ids.INSIGHT_DECLINE_VIEW,
        voice.say("Decline"),
        [
            section(f"*{shown(insight, voice)}*"),
            field(
                ids.INSIGHT_REASON, voice.say("Why?"), text_input(most=LONGEST_REASON), hint=hint
            ),
        ],
        submit=voice.say("Decline"),
        close=voice.say("Cancel"),
        metadata=insight.id,
    )


def _others(others: Sequence[Insight], label: str, hint: str, empty: str, voice: Voice) -> Block:
    options = [
        option(shorten(f"{LIGHTS[one.state]} {titled(one, voice)}", LABEL), one.id)
        for one in others
    ]
    chosen = select(options, empty=empty)
    return field(ids.INSIGHT_OTHER, label, chosen, optional=True, hint=hint)


def _tick(words: str) -> Element:
    chosen = option(words, LIKE)
    return {
        "type": "checkboxes",
        "action_id": ids.VALUE,
        "options": [chosen],
        "initial_options": [chosen],
    }


def _line(written: str, most: int) -> Element:
    element: Element = {"type": "plain_text_input", "action_id": ids.VALUE, "max_length": most}
    if written:
        element["initial_value"] = written[:most]
    return element
