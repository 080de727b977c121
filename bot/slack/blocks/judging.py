"""What people say of a single post: the menu by which they do, and their word shown back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.conversation import Dismissal
from bot.domain.excerpt import shorten
from bot.domain.judgements import Judgement, Verdict
from bot.domain.mention import Mention
from bot.domain.questions import Asked, Missed
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks.forms import option
from bot.slack.blocks.parts import Block, Card, Element, actions, button, context, plain, section
from bot.slack.mrkdwn import link, literal, name

VERDICTS: Mapping[Verdict, str] = {
    "right": phrase("Right"),
    "not_negative": phrase("Not negative"),
    "not_about_us": phrase("Not about us"),
}

_SAID: Mapping[Verdict, str] = {
    "right": phrase("<@{who}>: right"),
    "not_negative": phrase("<@{who}>: not negative"),
    "not_about_us": phrase("<@{who}>: not about us"),
}

_ANSWERS: Mapping[str, str] = {
    ids.ANSWER_NEGATIVE: phrase("Negative"),
    ids.ANSWER_NOT_NEGATIVE: phrase("Not negative"),
    ids.ANSWER_NOT_ABOUT_US: phrase("Not about us"),
}
"""What may be said of a post that was not flagged, by its button."""

_ANSWERED: Mapping[Verdict, str] = {**_SAID, "right": phrase("<@{who}>: negative")}

EXCERPT = 280
SHOWN = 3


def judged_section(
    text: str, mention: str, word: Judgement | None, voice: Voice, *, place: str = ""
) -> Block:
    """Words about a flagged post (mrkdwn), with the menu by which it is judged and what was said
    of it. `place` sets apart a post that is shown twice in a message.

    Slack keeps what somebody chose in a menu for as long as its block has the same id: so that is
    another once the word is.
    """
    said = word_on(word, voice)
    state = f"{word.verdict}.{word.by}" if word else ""
    return section(
        "\n".join(part for part in (text, said) if part),
        block_id=f"{ids.JUDGE_BLOCK}{place}.{mention}.{state}",
        accessory=_menu(mention, word, voice),
    )


def judge_row(mention: str, word: Judgement | None, voice: Voice) -> Block:
    """The menu alone, below a line that is full."""
    state = f"{word.verdict}.{word.by}" if word else ""
    return actions(f"{ids.JUDGE_BLOCK}.{mention}.{state}", [_menu(mention, word, voice)])


def word_on(word: Judgement | None, voice: Voice) -> str:
    """Who said what of this very post, `""` where nobody did."""
    if word is None or not word.own:
        return ""
    return voice.say((_SAID if word.flagged else _ANSWERED)[word.verdict], who=word.by)


def with_word(blocks: Sequence[Block], clicked: str, word: Judgement, voice: Voice) -> list[Block]:
    """A message's blocks with the word shown at the block that was `clicked` (its id)."""
    return [_said_at(one, word, voice) if one.get("block_id") == clicked else one for one in blocks]


def _said_at(block: Block, word: Judgement, voice: Voice) -> Block:
    if block["type"] == "actions":
        return context(word_on(word, voice))
    text = str(block["text"]["text"]).split("\n<@")[0]
    return judged_section(text, word.mention, word, voice, place=ids.JUDGED_NOTE)


def _menu(mention: str, word: Judgement | None, voice: Voice) -> Element:
    shown = VERDICTS[word.verdict] if word else phrase("Judge…")
    return {
        "type": "static_select",
        "action_id": ids.JUDGE,
        "placeholder": plain(voice.say(shown), 150),
        "options": [
            option(voice.say(words), f"{verdict} {mention}") for verdict, words in VERDICTS.items()
        ],
    }


def dismissal_offer(conversation: str, dismissal: Dismissal, voice: Voice) -> Card:
    """What is left to do with a conversation of which nothing was flagged rightly."""
    words = voice.say("Nothing that was flagged in `{id}` was right.", id=conversation)
    offered = (
        button(voice.say("Not negative"), ids.NOT_NEGATIVE, conversation)
        if dismissal == "not_negative"
        else button(voice.say("Not about us"), ids.DISMISS, conversation)
    )
    told = voice.say("Dismiss the conversation as well?")
    return Card(words, (section(f"{words} {told}"), actions(ids.JUDGE_BLOCK, [offered])))


def question_blocks(asked: Sequence[Asked], voice: Voice) -> list[Block]:
    """The first questions, each with its post and its answers; nothing where there are none."""
    if not asked:
        return []
    blocks = [
        context(
            voice.say(
                "🎲 *Did Vigie miss these?* Drawn by chance from what was not flagged: each answer "
                "teaches it."
            )
        )
    ]
    for one in asked[:SHOWN]:
        blocks += [section(_post(one.mention, voice)), _answers(one, voice)]
    return blocks


def _post(mention: Mention, voice: Voice) -> str:
    post = mention.post
    words = literal(shorten(post.text or post.title, EXCERPT))
    about = (
        name(post.author or voice.say("somebody")),
        name(post.source),
        name(mention.watch),
        link(post.url, voice.say("open")),
    )
    return f"{voice.quoted(words)}\n{' · '.join(about)}"


def _answers(asked: Asked, voice: Voice) -> Block:
    if asked.judgement:
        return context(word_on(asked.judgement, voice))
    id = asked.mention.id
    row = [button(voice.say(words), action, id) for action, words in _ANSWERS.items()]
    return actions(f"{ids.QUESTION_BLOCK}.{id}", row)


def missed_line(missed: Missed, voice: Voice) -> str:
    """What the answers say of all that was not flagged."""
    return voice.plural(
        "🎲 {watch}: of {judged} unflagged posts that you judged, {n} was negative (of all of "
        "them, between {low} and {high}).",
        "🎲 {watch}: of {judged} unflagged posts that you judged, {n} were negative (of all of "
        "them, between {low} and {high}).",
        missed.negative,
        watch=name(missed.watch),
        judged=voice.number(missed.judged),
        low=voice.share(missed.low),
        high=voice.share(missed.high),
    )
