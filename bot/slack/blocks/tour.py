"""The first steps of a new member: one message that is replaced as they go on."""

from __future__ import annotations

from bot.domain.tours import STEPS
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks.parts import Block, Card, actions, button, context, section

_WHAT_AN_ALERT_SAYS = (
    phrase("What an alert says, and why"),
    phrase(
        "An alert is a card in a channel: what was written, by whom, how bad it is, and *why* it "
        "was flagged – the words that weighed, or the volume against the usual. It rings little: "
        "posts that follow each other are one card, which is drawn again as it changes. If it is "
        "wrong, say so with *Not about us* or *Not negative*: Vigie learns from that. "
        "`/vigie why ID` tells everything that was weighed."
    ),
)

_TAKE_AND_ANSWER = (
    phrase("Take it, answer, close it"),
    phrase(
        "*Claim* makes it yours, and all see that. Answer where the post was written: Vigie never "
        "writes outside Slack. `/vigie reply ID` drafts an answer with you. Then *Replied* in the "
        "menu (…) – often Vigie sees the answer by itself – and *Resolve…* with a line on how it "
        "ended. *Hand over…* gives it to a colleague, with a note. Whoever is silent for too long "
        "is asked whether they are still on it."
    ),
)

_HOME_AND_QUEUE = (
    phrase("Your Home, and the queue"),
    phrase(
        "Vigie’s *Home* (its name in the sidebar, then “Home”) shows what you have, by deadline, "
        "and what waits for somebody. `/vigie queue` is the same in any channel; `/vigie summary` "
        "says what was said lately. In a thread, mention @Vigie with the same words: Slack takes "
        "no commands there."
    ),
)

_WHERE_HELP_IS = (
    phrase("Where help is"),
    phrase(
        "`/vigie help` lists all that can be asked, in English and in French. `/vigie duty` says "
        "who is on duty. `/vigie playbook` has the steps for a crisis, and a drill rehearses one "
        "where nothing is real: ask for one, it is the quickest way to learn this. "
        "`/vigie tour` shows these four pages again."
    ),
)

_PAGES = (_WHAT_AN_ALERT_SAYS, _TAKE_AND_ANSWER, _HOME_AND_QUEUE, _WHERE_HELP_IS)


def offer_card(voice: Voice) -> Card:
    """Whether somebody wants to be shown round."""
    words = voice.say(
        "👋 Welcome to Vigie. Shall it show you round? Four short pages, a minute and a half."
    )
    row = [
        button(voice.say("Show me round"), ids.TOUR_NEXT, "1", style="primary"),
        button(voice.say("Not now"), ids.TOUR_LATER, "later"),
        button(voice.say("Never"), ids.TOUR_NEVER, "never"),
    ]
    return Card(words, (section(words), actions(ids.TOUR_BLOCK, row)))


def page_card(step: int, voice: Voice) -> Card:
    """One of its pages (1 to `STEPS`)."""
    title, words = _PAGES[step - 1]
    row = []
    if step > 1:
        row.append(button(voice.say("Back"), ids.TOUR_BACK, str(step - 1)))
    forward = voice.say("Next") if step < STEPS else voice.say("That is all")
    row.append(button(forward, ids.TOUR_NEXT, str(step + 1), style="primary"))
    if step < STEPS:
        row.append(button(voice.say("Not now"), ids.TOUR_LATER, "later"))
    shown: list[Block] = [
        section(f"*{voice.say(title)}*\n{voice.say(words)}"),
        context(voice.say("Page {n} of {all}", n=step, all=STEPS)),
        actions(ids.TOUR_BLOCK, row),
    ]
    return Card(voice.say(title), tuple(shown))


def done_card(voice: Voice) -> Card:
    """It was seen to its end."""
    words = voice.say("✅ That was the tour. `/vigie help` is there whenever you need it.")
    return Card(words, (section(words),))


def left_card(voice: Voice, *, asks_again: bool) -> Card:
    """It is not wanted."""
    words = (
        voice.say("All right: Vigie asks once more, in a week or later. `/vigie tour` begins it.")
        if asks_again
        else voice.say("All right: Vigie does not ask again. `/vigie tour` begins it.")
    )
    return Card(words, (section(words),))
