"""An insight's card: what is asked for, by how many, in whose words, and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from bot.domain.insights import Insight
from bot.domain.mention import Mention
from bot.domain.voicings import Lately
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.cardparts import byline
from bot.slack.blocks.insightparts import LIGHTS, about_line, shown, state_line, titled
from bot.slack.blocks.parts import (
    Block,
    Card,
    Element,
    actions,
    button,
    context,
    fields,
    fitted,
    header,
)
from bot.slack.blocks.quoting import quoted

EXCERPT = 280


class InsightView(msgspec.Struct, frozen=True, kw_only=True):
    """All that a card shows: the `posts` say it best, `lately` is who voices it; `mark` stands
    before the text of a possible repeat."""

    insight: Insight
    lately: Lately
    posts: Sequence[Mention]
    voice: Voice
    now: datetime
    mark: str = ""


def insight_card(view: InsightView) -> Card:
    """The card of an insight, in the state of the moment."""
    insight, voice = view.insight, view.voice
    blocks: list[Block] = [context(view.mark)] if view.mark else []
    blocks += [
        header(f"{LIGHTS[insight.state]} {titled(insight, voice)}"),
        context(about_line(insight, voice)),
        fields(_figures(view)),
    ]
    for mention in view.posts:
        blocks += [quoted(mention, voice, EXCERPT), context(byline(mention, voice, linked=True))]
    blocks.append(context(state_line(insight, voice)))
    if steps := _steps(insight, voice):
        blocks.append(actions(f"{ids.INSIGHT_BLOCK}.{insight.id}", list(steps)))
    text = f"{headline(insight, view.lately, voice)}: {shown(insight, voice)}"
    return fitted(f"{view.mark}: {text}" if view.mark else text, blocks, voice)


def headline(insight: Insight, lately: Lately, voice: Voice) -> str:
    """How many people ask for it, in how long, as far as that is known still."""
    if not lately.people:
        return voice.plural("{n} person", "{n} people", max(insight.people, 1))
    days = voice.plural("{n} day", "{n} days", lately.days)
    return voice.plural(
        "{n} person in {days}", "{n} people in {days}", max(insight.people, 1), days=days
    )


def _figures(view: InsightView) -> list[tuple[str, str]]:
    insight, lately, voice = view.insight, view.lately, view.voice
    posts = voice.plural("{n} post", "{n} posts", insight.posts)
    pairs = [
        (voice.say("People"), f"{headline(insight, lately, voice)} · {posts}"),
        (voice.say("Reach"), voice.number(insight.reach)),
        (
            voice.say("Growth"),
            voice.say(
                "{week} this week, {before} the week before",
                week=voice.number(lately.week),
                before=voice.number(lately.before),
            ),
        ),
    ]
    if lately.mood is not None:
        pairs.append((voice.say("Mood"), voice.signed(lately.mood)))
    if insight.shipped:
        answered = voice.say(
            "{n} of {all} posts", n=voice.number(insight.replied), all=voice.number(insight.asked)
        )
        pairs.append((voice.say("Answered"), answered))
    return pairs


def _steps(insight: Insight, voice: Voice) -> Sequence[Element]:
    """What can be done with it; the first button is the usual next step. Nothing where another
    took it over."""
    if insight.same:
        return ()
    id = insight.id
    plan = button(voice.say("Planned"), ids.INSIGHT_PLAN, id)
    ship = button(voice.say("Shipped"), ids.INSIGHT_SHIP, id)
    decline = button(voice.say("Decline…"), ids.INSIGHT_DECLINE, id)
    none = button(voice.say("Not an insight"), ids.INSIGHT_DISMISS, id)
    reopen = button(voice.say("Reopen"), ids.INSIGHT_REOPEN, id)
    change = button(voice.say("Change…"), ids.INSIGHT_CHANGE, id)
    match insight.state:
        case "proposed":
            hear = button(voice.say("Make it an insight"), ids.INSIGHT_HEAR, id, style="primary")
            return (hear, none, change)
        case "heard":
            accept = button(voice.say("Accept"), ids.INSIGHT_ACCEPT, id, style="primary")
            return (accept, decline, plan, ship, none, change)
        case "accepted":
            return (plan, ship, decline, change)
        case "planned":
            return (ship, decline, change)
        case "shipped":
            done = button(voice.say("All answered"), ids.INSIGHT_ANSWER, id, style="primary")
            return (done, reopen)
        case _:
            return (reopen,)
