"""What can be asked: the help, the words for it in each language, and the nearest one to a
mistyped word."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from datetime import UTC
from functools import cache

import msgspec

from bot.domain.folding import fold
from bot.i18n import Language, Voice, phrase
from bot.slack.blocks.parts import Block, Card, context, section
from bot.slack.mrkdwn import escape, literal, name


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A word after /vigie: in English and in French (any of several), how it is written, and what
    it does. `usage` and `does` are phrases, to be said in the reader's language; `also` are other
    English words for it."""

    word: str
    french: tuple[str, ...]
    usage: str
    does: str
    also: tuple[str, ...] = ()


COMMANDS = (
    Command(
        word="summary",
        french=("résumé", "synthèse"),
        usage=phrase("summary [watch] [24h]"),
        does=phrase("what was said: how much, in what mood, about what, and what is unanswered"),
    ),
    Command(
        word="summarise",
        french=("résumer",),
        usage=phrase("summarise ID"),
        does=phrase("one conversation: what is asked, what was answered, and what is open"),
        also=("summarize", "sum", "recap"),
    ),
    Command(
        word="trend",
        french=("tendance",),
        usage=phrase("trend [watch] [30d]"),
        does=phrase("how much, day by day, against the usual; its spikes and its mood: a picture"),
    ),
    Command(
        word="compare",
        french=("comparer",),
        usage=phrase("compare A B … [30d]"),
        does=phrase("the share of each watch in what is said of all of them: a picture"),
    ),
    Command(
        word="campaign",
        french=("campagne",),
        usage=phrase("campaign [name]"),
        does=phrase("what a campaign returned, against what would have been; or set a new one"),
    ),
    Command(
        word="insight",
        french=("idée", "demande"),
        usage=phrase("insight ID"),
        does=phrase("what people ask for, by how many, and what becomes of it"),
    ),
    Command(
        word="insights",
        french=("idées", "demandes"),
        usage=phrase("insights [team] [30d]"),
        does=phrase("what people ask for, ranked, and how long decisions take: a picture"),
    ),
    Command(
        word="digest",
        french=("bilan", "condensé"),
        usage=phrase("digest [channel]"),
        does=phrase("my digest as it would be now, or that of this channel"),
    ),
    Command(
        word="subscribe",
        french=("abonner", "abonnement"),
        usage=phrase("subscribe"),
        does=phrase("have a digest of my own, when I want it"),
    ),
    Command(
        word="precision",
        french=("précision", "justesse"),
        usage=phrase("precision [watch]"),
        does=phrase("how many alerts were right, by what people said of them"),
    ),
    Command(
        word="learning",
        french=("apprentissage",),
        usage=phrase("learning"),
        does=phrase("what the team taught about negative posts, and whether it beats the rules"),
    ),
    Command(
        word="load",
        french=("charge",),
        usage=phrase("load"),
        does=phrase("what my week weighs; to the manager, the team’s"),
    ),
    Command(
        word="queue",
        french=("file",),
        usage=phrase("queue [@user, watch or overdue]"),
        does=phrase("the open conversations, by deadline"),
    ),
    Command(
        word="show",
        french=("montrer", "voir"),
        usage=phrase("show ID"),
        does=phrase("a conversation as it stands at its source, with all answers"),
    ),
    Command(
        word="claim",
        french=("prendre",),
        usage=phrase("claim ID"),
        does=phrase("take a conversation"),
    ),
    Command(
        word="assign",
        french=("assigner", "confier"),
        usage=phrase("assign ID @user [note]"),
        does=phrase("give a conversation to somebody; “assign all negative of today” gives many"),
    ),
    Command(
        word="reply",
        french=("répondre",),
        usage=phrase("reply ID"),
        does=phrase("draft an answer from the playbook; you send it, Vigie does not"),
    ),
    Command(
        word="playbook",
        french=("fiche", "guide"),
        usage=phrase("playbook [name]"),
        does=phrase("what to do and to say when something happens; without a name, the list"),
    ),
    Command(
        word="resolve",
        french=("résoudre", "clore"),
        usage=phrase("resolve ID [note]"),
        does=phrase("close a conversation"),
    ),
    Command(
        word="watches",
        french=("veilles",),
        usage=phrase("watches"),
        does=phrase("what is watched, and what is muted"),
    ),
    Command(
        word="replay",
        french=("rejouer",),
        usage=phrase("replay watch [14d]"),
        does=phrase("what would have rung at which sensitivity, with a picture"),
    ),
    Command(
        word="export",
        french=("exporter",),
        usage=phrase("export [watch] [30d]"),
        does=phrase("the mentions as a file, to admins and the manager alone"),
    ),
    Command(
        word="mute",
        french=("silence", "taire"),
        usage=phrase("mute watch|spikes|author @x|word y [4h]"),
        does=phrase("hold alerts back for a while"),
    ),
    Command(
        word="mutes",
        french=("silences",),
        usage=phrase("mutes"),
        does=phrase("what is held back, until when, and how many were"),
    ),
    Command(
        word="unmute",
        french=("parler", "rétablir"),
        usage=phrase("unmute watch|…|number"),
        does=phrase("let them through again"),
    ),
    Command(
        word="why",
        french=("pourquoi",),
        usage=phrase("why ID"),
        does=phrase("why it was told, where it went, and what weighed"),
    ),
    Command(
        word="drill",
        french=("exercice",),
        usage=phrase("drill [start NAME in #practice 5x]"),
        does=phrase(
            "rehearse a crisis in a channel of its own: list, start, stop, results, from ID"
        ),
    ),
    Command(
        word="tour",
        french=("visite",),
        usage=phrase("tour"),
        does=phrase("the first steps, on four short pages"),
    ),
    Command(
        word="duty",
        french=("astreinte", "garde"),
        usage=phrase("duty"),
        does=phrase("who is on duty now, and who is next"),
    ),
    Command(
        word="forget",
        french=("oublier",),
        usage=phrase("forget @author"),
        does=phrase("let go of all that somebody wrote, to admins alone"),
    ),
    Command(
        word="status",
        french=("état", "statut"),
        usage=phrase("status"),
        does=phrase("whether every source answers"),
    ),
    Command(word="help", french=("aide",), usage=phrase("help"), does=phrase("this")),
)

GROUPS = (
    (
        phrase("What is said"),
        ("summary", "summarise", "trend", "compare", "campaign", "insight", "insights", "why"),
    ),
    (
        phrase("What there is to do"),
        ("queue", "show", "claim", "assign", "reply", "playbook", "resolve", "duty", "drill"),
    ),
    (
        phrase("What rings, and how well"),
        ("watches", "status", "mute", "mutes", "unmute", "replay", "precision", "learning"),
    ),
    (
        phrase("For you"),
        ("digest", "subscribe", "load", "tour", "help"),
    ),
    (
        phrase("For those who administer Vigie"),
        ("export", "forget"),
    ),
)
"""The commands as the help lists them: every one in one place, in the order of `COMMANDS`."""


def canonical(written: str) -> str | None:
    """The English word of a command as somebody typed it, in either language, whatever its case
    and accents; "help" for nothing, None where it is no command."""
    return _vocabulary().get(fold(written)) if written.strip() else "help"


def help_card(*, mine: int, waiting: int, admin: bool, example: str, voice: Voice) -> Card:
    """The commands, with what concerns the person who asks first.

    `mine` and `waiting` count the conversations they have and those nobody has; `example` is a
    watch's name.
    """
    if mine:
        first = voice.plural(
            "You have *{n}* open: `/vigie queue me`. {waiting} wait for somebody.",
            "You have *{n}* open: `/vigie queue me`. {waiting} wait for somebody.",
            mine,
            waiting=voice.number(waiting),
        )
    elif waiting:
        first = voice.plural(
            "*{n}* conversation waits for somebody: `/vigie queue`.",
            "*{n}* conversations wait for somebody: `/vigie queue`.",
            waiting,
        )
    else:
        first = voice.say("Nothing waits. Try `/vigie summary {watch} 24h`.", watch=name(example))
    blocks: list[Block] = [section(f"👋 {first}")]
    blocks += map(section, _listed(voice.language))
    if admin:
        blocks.append(
            context(voice.say("You administer Vigie: its watches are in App Home, for you alone."))
        )
    blocks.append(
        context(voice.say("Slack takes no slash command inside a thread: mention @Vigie there."))
    )
    return Card(voice.say("What Vigie can be asked"), tuple(blocks))


@cache
def _listed(language: Language) -> tuple[str, ...]:
    """The commands, a text each group: the same for all who read a language."""
    voice = Voice(language, UTC)
    return tuple(
        "\n".join((f"*{voice.say(title)}*", *_lines(words, voice))) for title, words in GROUPS
    )


def _lines(words: Collection[str], voice: Voice) -> Iterator[str]:
    for command in COMMANDS:
        if command.word in words:
            yield f"`/vigie {escape(voice.say(command.usage))}`  {voice.say(command.does)}"


def unknown_card(word: str, voice: Voice) -> Card:
    """A word that is no command: the nearest one, if any is near."""
    near = nearest(word)
    shown = literal("".join(c for c in word if c.isprintable())[:40])
    text = voice.say("“{word}” is not something Vigie knows.", word=shown)
    if near:
        text += " " + voice.say("Did you mean `/vigie {near}`?", near=near)
    text += " " + voice.say("`/vigie help` lists what it does.")
    return Card(text, (section(text),))


def nearest(word: str) -> str | None:
    """The command that a mistyped word most resembles, in the language that it resembles."""
    known = {
        fold(shown): shown
        for command in COMMANDS
        for shown in (command.word, *command.french, *command.also)
    }
    written = fold(word)
    found = difflib.get_close_matches(written, known, n=1, cutoff=0.55)
    if found:
        return known[found[0]]
    return next((known[each] for each in known if written and each.startswith(written)), None)


@cache
def _vocabulary() -> dict[str, str]:
    return {
        fold(word): command.word
        for command in COMMANDS
        for word in (command.word, *command.french, *command.also)
    }
