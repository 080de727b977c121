"""A drill in its channel: how it begins, and its posts, each marked as what it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.conversation import AuditEvent, Conversation
from bot.domain.drills import MARK, Drill, conversation, conversation_id
from bot.domain.excerpt import shorten
from bot.domain.scripts import ScriptPost, without_names
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import Block, Card, context, header, local_time, quote, section
from bot.slack.blocks.steps import LIGHTS, buttons, state_line
from bot.slack.mrkdwn import escape, literal, name

NOTE = 1000
EXCERPT = 200


def mark(voice: Voice) -> str:
    """What stands at the front of every message of a drill; plain text."""
    return f"{MARK} {voice.say('DRILL')}"


def first(drill: Drill, block: Block) -> Block:
    """The block with which a message of a drill begins: by its id nothing is made of it."""
    return {**block, "block_id": f"{ids.DRILL_BLOCK}.{drill.id}"}


def opening_card(drill: Drill, who: str, voice: Voice) -> Card:
    """What is rehearsed, for how long, and that nothing of it is real; `who` is the name of who
    began it."""
    length = voice.span(drill.ends - drill.began)
    begun = voice.say(
        "Begun by {who}. It lasts {span}, at {speed}× the speed of life, until {time}.",
        who=name(who),
        span=length,
        speed=drill.speed,
        time=local_time(drill.ends, "{time_secs}"),
    )
    how = voice.say(
        "Work it as if it were real, with the buttons: claim, write your answer in the post’s "
        "thread, then “Replied” in the menu (…), resolve. Some posts want no answer."
    )
    apart = voice.say(
        "Nothing of this happened. No post was written by anybody, no answer leaves Slack, and no "
        "figure, digest or export counts any of it. `/vigie drill stop` ends it."
    )
    title = f"{mark(voice)} · {drill.title}"
    return Card(
        literal(title),
        (
            first(drill, header(title)),
            section(literal(drill.situation)) if drill.situation else section(how),
            section(f"{begun}\n{how}") if drill.situation else section(begun),
            context(apart),
        ),
    )


def post_card(drill: Drill, number: int, text: str | None, voice: Voice, now: datetime) -> Card:
    """A post with its conversation's buttons; `text` is what it says, None where that is not
    kept any more. Once the drill is over the buttons are gone."""
    post, worked = drill.posts[number - 1], conversation(drill, number)
    said = _unkept(voice) if text is None else literal(shorten(text, EXCERPT))
    words = f"{mark(voice)} · {name(post.author)}: {said}"
    shown: list[Block] = [
        first(
            drill,
            context(
                voice.say(
                    "*{mark}* · {title} · post {n} of {all}",
                    mark=mark(voice),
                    title=name(drill.title),
                    n=number,
                    all=len(drill.posts),
                )
            ),
        ),
        section(f"{LIGHTS[worked.state]} {_byline(drill, number, post, voice)}"),
        section(_unkept(voice)) if text is None else quote(text),
        context(state_line(worked, voice, now)),
    ]
    if drill.over is None:
        block_id = f"{ids.DRILL_BLOCK}.{conversation_id(drill, number)}"
        shown.append(buttons(worked, voice, block_id, practice=True))
    return Card(words, tuple(shown))


def given_card(drill: Drill, given: Conversation, event: AuditEvent, voice: Voice) -> Card:
    """To whom a post was handed over, directly: by whom, and with which note."""
    words = voice.say(
        "*{mark}* · <@{by}> gave you `{id}`, in {channel}.",
        mark=mark(voice),
        by=event.by,
        id=given.id,
        channel=escape(drill.team),
    )
    note = escape(shorten(event.note, NOTE))
    said = [section(f"> {note}")] if note else []
    return Card(words, (section(words), *said, context(literal(given.title))))


def _unkept(voice: Voice) -> str:
    return f"_{voice.say('not kept any more')}_"


def said_by(post: ScriptPost, kept: str | None) -> str | None:
    """What a post of a drill says: its own words, or those that were `kept` of a real one, without
    the people whom these name."""
    if not post.mention:
        return post.text
    return without_names(kept) if kept else None


def _byline(drill: Drill, number: int, post: ScriptPost, voice: Voice) -> str:
    who = f"*{name(post.author)}*"
    if post.followers:
        followers = voice.plural("{n} follower", "{n} followers", post.followers)
        who = f"{who} ({followers})"
    at = local_time(drill.shown_at(number), "{time}")
    return " · ".join(filter(None, (who, name(post.source), at, post.language.upper())))


def lasts(drill: Drill) -> timedelta:
    """How long it lasted, or will."""
    return (drill.over or drill.ends) - drill.began
