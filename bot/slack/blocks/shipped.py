"""To whoever worked on the posts of an insight that is shipped: tell those who asked for it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot.domain.insights import Insight, Voiced
from bot.domain.mention import Mention
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.insightparts import shown
from bot.slack.blocks.parts import (
    Block,
    Card,
    actions,
    button,
    context,
    fitted,
    link_button,
    local_time,
    section,
)
from bot.slack.blocks.quoting import line_of
from bot.slack.mrkdwn import link, name

LISTED = 14
"""Posts in a message, with three blocks for each at most."""

EXCERPT = 200


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """A post that asked for it, with its mention where it is one that is kept, and shown."""

    voice: Voiced
    mention: Mention | None
    replied: bool


def shipped_card(insight: Insight, askers: Sequence[Asker], voice: Voice) -> Card:
    """What is shipped, who asked for it, and what each of them was told; those who wait first."""
    words = voice.say(
        "🚀 *{title}* is shipped (`{id}`). These people asked for it: tell them.",
        title=shown(insight, voice),
        id=insight.id,
    )
    done = sum(asker.replied for asker in askers)
    count = voice.say("{n} of {all} answered", n=voice.number(done), all=voice.number(len(askers)))
    blocks: list[Block] = [section(words), context(count)]
    for asker in sorted(askers, key=lambda asker: asker.replied)[:LISTED]:
        blocks += _asker(asker, voice)
    if len(askers) > LISTED:
        blocks.append(context(voice.say("…and {n} more.", n=voice.number(len(askers) - LISTED))))
    everything = button(voice.say("All answered"), ids.INSIGHT_ANSWER, insight.id)
    if insight.state == "shipped":
        blocks.append(actions(f"{ids.INSIGHT_BLOCK}.{insight.id}", [everything]))
    return fitted(words, blocks, voice)


def _asker(asker: Asker, voice: Voice) -> list[Block]:
    heard, mention = asker.voice, asker.mention
    if mention is None:
        return [section(_in_slack(heard, voice)), *_steps(asker, heard.url, voice)]
    post = mention.post
    about = (
        name(post.author or voice.say("somebody")),
        name(post.source),
        local_time(post.at, "{date_short_pretty}"),
        link(post.url, voice.say("open")) if asker.replied else "",
    )
    line = f"{line_of(mention, voice, EXCERPT)}\n{' · '.join(part for part in about if part)}"
    return [section(line), *_steps(asker, post.url, voice)]


def _in_slack(heard: Voiced, voice: Voice) -> str:
    where = link(heard.url, voice.say("a message in Slack"))
    return f"{where} · {local_time(heard.at, '{date_short_pretty}')}"


def _steps(asker: Asker, url: str, voice: Voice) -> list[Block]:
    heard = asker.voice
    if asker.replied:
        who = heard.replied_by
        said = voice.say("✅ answered, said <@{who}>", who=who) if who else voice.say("✅ answered")
        return [context(said)]
    row = [button(voice.say("Answered"), ids.INSIGHT_REPLIED, heard.id)]
    if heard.conversation:
        row.append(button(voice.say("Draft an answer…"), ids.DRAFT, heard.conversation))
    if post := link_button(voice.say("Open post"), ids.OPEN_LINK, url):
        row.append(post)
    return [actions(f"{ids.INSIGHT_BLOCK}.{heard.id}", row)]
