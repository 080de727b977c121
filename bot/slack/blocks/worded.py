"""A language model's words in a card: each statement with the links to the posts that it rests on,
or a line that says why there are none. In rich text, where nothing in them can be markup."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.worded import Statement, Why, Worded, cited
from bot.i18n import Voice, phrase
from bot.slack.blocks.parts import Block, Card, Element, context, fitted, section
from bot.slack.mrkdwn import LINKED_LENGTH, name, safe_url

_WHY: dict[Why, str] = {
    "unreachable": phrase("its server cannot be reached"),
    "slow": phrase("its server took too long"),
    "refused": phrase("it declined to answer"),
    "status": phrase("its server refused the question"),
    "resting": phrase("its server failed a moment ago, and is let alone"),
    "spent": phrase("it was asked as often as it may be in a day"),
    "long": phrase("it said too much"),
    "garbled": phrase("it did not answer in the form that was asked for"),
    "empty": phrase("it said nothing"),
    "source": phrase("it named a source that there is not"),
    "figure": phrase("it gave a figure that is not Vigie’s"),
    "quote": phrase("it quoted what nobody wrote"),
    "link": phrase("it put in a link or a name of its own"),
    "language": phrase("it answered in another language"),
}


def with_words(card: Card, found: Worded | None, voice: Voice) -> Card:
    """A card that begins with the model's words, after its headline; the rest stays as it is."""
    if found is None:
        return card
    return fitted(card.text, among(card.blocks, found, voice), voice)


def among(blocks: Sequence[Block], found: Worded | None, voice: Voice) -> list[Block]:
    """The blocks with the model's words after the first of them."""
    return [*blocks[:1], *words_blocks(found, voice), *blocks[1:]]


def words_blocks(found: Worded | None, voice: Voice) -> list[Block]:
    """The statements, and who worded them; or why their words were not used."""
    if found is None:
        return []
    if not found.statements:
        why = next((words for known, words in _WHY.items() if known == found.why), found.why)
        said = voice.say(
            "✍️ The language model’s words were not used: {why}. What follows is Vigie’s own.",
            why=voice.say(why),
        )
        return [context(said)]
    listed = [_statement(statement, found) for statement in found.statements]
    bullets = {"type": "rich_text_list", "style": "bullet", "elements": listed}
    worded_by = voice.say(
        "✍️ Worded by {model} from the posts that are linked; the figures are Vigie’s.",
        model=name(found.model),
    )
    return [
        section(voice.say("*In short*")),
        {"type": "rich_text", "elements": [bullets]},
        context(worded_by),
    ]


def _statement(statement: Statement, found: Worded) -> Element:
    elements: list[Element] = [{"type": "text", "text": statement.words}]
    for post in cited(statement, found.material):
        address = safe_url(post.url)
        if address and len(address) <= LINKED_LENGTH:
            mark = f"[{post.id.removeprefix('p')}]"
            elements += [
                {"type": "text", "text": " "},
                {"type": "link", "url": address, "text": mark},
            ]
    return {"type": "rich_text_section", "elements": elements}
