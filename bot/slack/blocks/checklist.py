"""The steps of a playbook in a thread, each with its button; and the line on the alert's card.

Buttons, not Slack's checkboxes: those send all that one person's own Slack shows as ticked, and do
not show what others ticked when the message is drawn again (decision 0026).
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.checklists import Checklist, Item, Offered, progress
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import (
    Block,
    Card,
    actions,
    button,
    context,
    local_time,
    section,
)
from bot.slack.blocks.playbook import step_line
from bot.slack.blocks.themes import theme_names
from bot.slack.mrkdwn import name

WORDS = 3
"""Words of posts that are shown as the reason for a playbook."""


def checklist_card(
    checklist: Checklist, names: Mapping[str, str], voice: Voice, *, closed: bool = False
) -> Card:
    """The message in the thread; `names` says how those are called who did a step. Once it is
    `closed` no step can be ticked any more."""
    how_far = progress(checklist)
    title = voice.say("Playbook: {title}", title=name(checklist.title))
    title = f"{checklist.mark} {title}".strip()
    done = voice.plural(
        "{done} of {n} step done", "{done} of {n} steps done", how_far.total, done=how_far.done
    )
    blocks: list[Block] = [section(f"📋 *{title}* · {done}")]
    steps = [
        _step(checklist, number, item, names, voice) for number, item in enumerate(checklist.items)
    ]
    blocks += [_without_button(step) for step in steps] if closed else steps
    phrases = button(voice.say("What to say…"), ids.PLAYBOOK_PHRASES, checklist.id)
    blocks.append(actions(f"{ids.PLAYBOOK_BLOCK}.{checklist.id}", [phrases]))
    return Card(f"📋 {title} · {done}", tuple(blocks))


def offer_line(alert: str, offered: Offered, voice: Voice) -> Block:
    """The line on an alert's card: why a playbook fits and how it is begun, or how far it is."""
    title = name(offered.title)
    if offered.progress:
        how_far = voice.plural(
            "📋 *{title}*: {done} of {n} step done, in the thread",
            "📋 *{title}*: {done} of {n} steps done, in the thread",
            offered.progress.total,
            title=title,
            done=offered.progress.done,
        )
        return context(how_far)
    words = voice.plural(
        "📋 *Playbook: {title}* ({n} step)",
        "📋 *Playbook: {title}* ({n} steps)",
        offered.steps,
        title=title,
    )
    begin = button(voice.say("Begin the steps"), ids.PLAYBOOK_BEGIN, f"{alert} {offered.name}")
    return section(
        f"{words}\n{fit_words(offered, voice)}".rstrip(),
        block_id=f"{ids.PLAYBOOK_BLOCK}.{alert}",
        accessory=begin,
    )


def fit_words(offered: Offered, voice: Voice) -> str:
    """Why a playbook fits, `""` where it is for all alerts of its kinds."""
    fit = offered.fit
    if fit is None:
        return ""
    signs = [theme_names([theme], voice) for theme in fit.themes]
    signs += [voice.quoted(name(word)) for word in fit.words[:WORDS]]
    if signs:
        return voice.say("it fits: {signs}", signs=voice.listed(signs))
    if fit.followers:
        return voice.plural(
            "it fits: the author has {n} follower or more",
            "it fits: the author has {n} followers or more",
            fit.followers,
        )
    return ""


def _without_button(step: Block) -> Block:
    return {part: held for part, held in step.items() if part != "accessory"}


def _step(
    checklist: Checklist, number: int, item: Item, names: Mapping[str, str], voice: Voice
) -> Block:
    words = step_line(number + 1, item.role, item.text, voice)
    value, block = f"{checklist.id} {number}", f"{ids.STEP_BLOCK}.{number}"
    if item.at:
        who = name(names.get(item.by, item.by))
        done = voice.say("done by {who}, {time}", who=who, time=local_time(item.at))
        untick = button(voice.say("Untick"), ids.STEP_UNTICK, value)
        return section(f"✅ {words}\n{done}", block_id=block, accessory=untick)
    due = ""
    if item.within:
        until = local_time(checklist.at + item.within)
        due = f"\n⏱ {voice.say('until {time}', time=until)}"
    is_next = all(before.at for before in checklist.items[:number])
    tick = button(voice.say("Tick"), ids.STEP_TICK, value, style="primary" if is_next else None)
    return section(f"⬜ {words}{due}", block_id=block, accessory=tick)
