"""The drills that there are, and what is said to whoever begins, ends or makes one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.drills import Drill
from bot.domain.scripts import Script
from bot.i18n import Voice
from bot.slack.blocks.parts import Block, Card, context, fitted, local_time, section
from bot.slack.mrkdwn import escape, name

OWN_SHOWN = 10


def list_card(shipped: Sequence[Script], own: Sequence[Script], voice: Voice) -> Card:
    """What can be rehearsed, and how it is begun."""
    title = voice.say("Drills that can be held")
    lines = [_line(script, voice) for script in shipped]
    blocks: list[Block] = [section("\n".join([f"🎓 *{title}*", *lines]))]
    if own:
        lines = [_line(script, voice) for script in own[:OWN_SHOWN]]
        blocks.append(section("\n".join([voice.say("*Made of what happened here*"), *lines])))
    how = voice.say(
        "`/vigie drill start NAME in #practice 5x` plays one in a channel of its own, at 1×, 5× or "
        "20× the speed of life; `/vigie drill from ID` makes one of a past alert."
    )
    blocks.append(context(how))
    return fitted(title, blocks, voice)


def begun_card(drill: Drill, voice: Voice) -> Card:
    words = voice.say(
        "🎓 The drill _{title}_ began in {channel}: {posts}, until {time}.",
        title=name(drill.title),
        channel=escape(drill.team),
        posts=voice.plural("{n} post", "{n} posts", len(drill.posts)),
        time=local_time(drill.ends, "{time_secs}"),
    )
    return Card(words, (section(words),))


def ended_card(drill: Drill, voice: Voice) -> Card:
    words = voice.say(
        "🎓 The drill in {channel} is ended; its score is told there.", channel=escape(drill.team)
    )
    return Card(words, (section(words),))


def made_card(script: Script, voice: Voice) -> Card:
    words = voice.say(
        "🎓 A drill was made of it: {posts}, authors and names made anonymous. "
        "`/vigie drill start {name} in #practice` plays it.",
        posts=voice.plural("{n} post", "{n} posts", len(script.posts)),
        name=name(script.name),
    )
    return Card(words, (section(words),))


def _line(script: Script, voice: Voice) -> str:
    posts = voice.plural("{n} post", "{n} posts", len(script.posts))
    return voice.say(
        "• `{name}` – {title} ({posts} in {minutes} minutes)",
        name=name(script.name),
        title=name(script.title),
        posts=posts,
        minutes=voice.decimal(script.minutes, 0),
    )
