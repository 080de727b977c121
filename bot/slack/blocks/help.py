"""What can be asked: the help, and the nearest command to a mistyped one."""

from __future__ import annotations

import difflib

import msgspec

from bot.slack.blocks.parts import Block, Card, context, section
from bot.slack.mrkdwn import escape, literal, name


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A word after /vigie: how it is written, and what it does."""

    word: str
    usage: str
    does: str


COMMANDS = (
    Command(
        word="summary",
        usage="summary [watch] [24h]",
        does="what was said: how much, in what mood, about what, and what is unanswered",
    ),
    Command(word="queue", usage="queue [@user]", does="the open conversations, oldest first"),
    Command(word="claim", usage="claim ID", does="take a conversation"),
    Command(word="assign", usage="assign ID @user", does="give a conversation to somebody"),
    Command(word="resolve", usage="resolve ID [note]", does="close a conversation"),
    Command(word="watches", usage="watches", does="what is watched, and what is muted"),
    Command(word="mute", usage="mute watch [4h]", does="hold the alerts of a watch back"),
    Command(word="unmute", usage="unmute watch", does="let them through again"),
    Command(word="status", usage="status", does="whether every source answers"),
    Command(word="help", usage="help", does="this"),
)


def help_card(*, mine: int, waiting: int, admin: bool, example: str) -> Card:
    """The commands, with what concerns the person who asks first.

    `mine` and `waiting` count the conversations they have and those nobody has; `example` is a
    watch's name.
    """
    if mine:
        first = f"You have *{mine}* open: `/vigie queue me`. {waiting} wait for somebody."
    elif waiting:
        first = f"*{waiting}* conversations wait for somebody: `/vigie queue`."
    else:
        first = f"Nothing waits. Try `/vigie summary {name(example)} 24h`."
    lines = [f"`/vigie {escape(command.usage)}`  {command.does}" for command in COMMANDS]
    blocks: list[Block] = [section(f"👋 {first}"), section("\n".join(lines))]
    if admin:
        blocks.append(context("You administer Vigie: watches and sources are in its config.toml."))
    blocks.append(context("Slack takes no slash command inside a thread: mention @Vigie there."))
    return Card("What Vigie can be asked", tuple(blocks))


def unknown_card(word: str) -> Card:
    """A word that is no command: the nearest one, if any is near."""
    near = nearest(word)
    shown = literal("".join(c for c in word if c.isprintable())[:40])
    hint = f" Did you mean `/vigie {near}`?" if near else ""
    text = f"“{shown}” is not something Vigie knows.{hint} `/vigie help` lists what it does."
    return Card(text, (section(text),))


def nearest(word: str) -> str | None:
    """The command that a mistyped word most resembles."""
    words = [command.word for command in COMMANDS]
    found = difflib.get_close_matches(word.casefold(), words, n=1, cutoff=0.55)
    if found:
        return found[0]
    return next((known for known in words if word and known.startswith(word.casefold())), None)
