"""How a conversation is called, in the language of whoever reads it."""

from __future__ import annotations

from bot.domain.conversation import Conversation, Taken, Untitled
from bot.domain.excerpt import shorten
from bot.i18n import Voice, phrase
from bot.slack.mrkdwn import literal

LENGTH = 160

_UNTITLED: dict[Untitled | Taken, str] = {
    "spike": phrase("Spike, {moment}"),
    "wave": phrase("Wave of negative posts, {moment}"),
    "silence": phrase("Silence, {moment}"),
    "theme": phrase("New theme, {moment}"),
    "velocity": phrase("Post that spreads fast, {moment}"),
    "deleted": phrase("Post deleted by its author, {moment}"),
    "forgotten": phrase("Post removed on request, {moment}"),
}


def title(conversation: Conversation, voice: Voice) -> str:
    """Its first words and who said them; a spike (and its like) has none, and is called by its
    time. As it is written: not for mrkdwn."""
    if conversation.title:
        return _in_marks(conversation.title, voice)
    return voice.say(_UNTITLED[conversation.what], moment=voice.moment(conversation.opened))


def _in_marks(title: str, voice: Voice) -> str:
    """A title as it is kept, its quotation marks being those of the reader's language."""
    words, mark, author = title.rpartition("” ")
    if not (mark and words.startswith("“")):
        return title
    return f"{voice.quoted(words[1:])} {author}"


def shown_title(conversation: Conversation, voice: Voice, length: int = LENGTH) -> str:
    """The same as mrkdwn, in at most so many letters."""
    return literal(shorten(title(conversation, voice), length))
