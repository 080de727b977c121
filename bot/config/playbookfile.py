"""One playbook as it is written: a Markdown file whose head, between two lines of +++, is TOML.

What stands where decides what it is: the first paragraph tells what it is for; a task list
(`- [ ]`) holds its steps, any other list what not to do; a quotation is a phrase, named by the
heading above it. Other headings are for people.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.config.checks import name_fault
from bot.config.languages import language_fault
from bot.config_reader import Faults, read_struct
from bot.domain.duration import duration
from bot.domain.folding import words_of
from bot.domain.phrases import Phrase, unknown_gaps
from bot.domain.playbooks import MOST_STEPS, Playbook, Purview, Step

LONGEST = 50_000
"""Characters of a file; a playbook is read in a minute."""

LONGEST_STEP, LONGEST_PHRASE = 300, 2000
"""Characters: all steps stand in one message, and a phrase in a form beside others."""

FENCE = "+++"

_READER = MarkdownIt("commonmark")
_NUMBER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BOX = re.compile(r"\[[ xX]?\]\s*")
_STEP = re.compile(
    r"(?:\*\*(?P<role>[^*\n]{1,60})\*\*\s*)?(?:\((?:within|sous|en)\s+(?P<within>[^)\n]{1,20})\)\s*)?"
    r"(?::\s*)?(?P<text>.+)",
    re.DOTALL,
)
_MINUTES = re.compile(r"(?<=\d)\s*(?:min|mn|minutes?)\b")
_HOURS = re.compile(r"(?<=\d)\s*(?:heures?|hours?)\b")
_IN_LANGUAGE = re.compile(r"(?P<name>.+?)\s*\((?P<language>[a-z]{2,3})\)")
_KEY_OF = re.compile(r"[.\[]")
_KEY = re.compile(r"\s*([A-Za-z_]+)\s*=")
_TOML_LINE = re.compile(r"\(at line (\d+)")


class Misplaced(NamedTuple):
    """What is wrong, and the line (from 1) on which it is."""

    line: int
    message: str


class _Head(Purview, frozen=True, kw_only=True):
    title: str
    language: str
    name: str = ""


class _Piece(NamedTuple):
    """A part of the text: what it is, on which line it begins, and its words."""

    kind: str
    line: int
    text: str


def read_playbook(text: str, name: str) -> tuple[Playbook | None, list[Misplaced]]:
    """The playbook in a text, called `name` unless it says otherwise; None with its faults."""
    lines = text[: LONGEST + 1].removeprefix("\ufeff").splitlines()
    if len(text) > LONGEST:
        return None, [Misplaced(1, f"is longer than {LONGEST:,} characters")]
    end = next((at for at, line in enumerate(lines) if at and line.strip() == FENCE), None)
    if end is None or lines[0].strip() != FENCE:
        return None, [Misplaced(1, f"begins with its head between two lines of {FENCE}")]
    head, wrong = _head(lines[1:end], name)
    body = _Body(head.language)
    wrong += body.read("\n".join([*[""] * (end + 1), *lines[end + 1 :]]))
    if wrong:
        return None, sorted(wrong)
    playbook = Playbook(
        name=head.name or name,
        language=head.language,
        title=head.title,
        kinds=head.kinds,
        themes=head.themes,
        words=head.words,
        languages=head.languages,
        severity=head.severity,
        mood=head.mood,
        followers=head.followers,
        posts=head.posts,
        purpose=body.purpose,
        steps=tuple(body.steps),
        phrases=tuple(body.phrases),
        avoid=tuple(body.avoid),
    )
    return playbook, []


def _head(lines: Sequence[str], name: str) -> tuple[_Head, list[Misplaced]]:
    nothing = _Head(title="", language="", kinds=())
    try:
        raw = tomllib.loads("\n".join(lines))
    except (ValueError, RecursionError) as error:
        found = _TOML_LINE.search(str(error))
        line = int(found[1]) + 1 if found else len(lines) + 2
        return nothing, [Misplaced(line, f"is not TOML: {error}")]
    faults = Faults()
    head = read_struct(_Head, raw, faults)
    faults.add("title", name_fault(head.title))
    faults.add("language", language_fault(head.language))
    if not _NUMBER.fullmatch(head.name or name):
        faults.add("name", "is of small letters, digits and hyphens, such as “product-fault”")
    if not head.kinds:
        faults.add("kinds", 'names at least one kind of alert, such as ["spike"]')
    if head.followers < 0:
        faults.add("followers", "is a number of people, 0 for anybody")
    if head.posts < 1:
        faults.add("posts", "is a number of posts, 1 at least")
    for place, language in faults.each("languages", head.languages):
        faults.add(place, language_fault(language))
    for key, words in (("themes", head.themes), ("words", head.words)):
        for place, word in faults.each(key, words):
            faults.add(place, "" if words_of(word) else "holds no word that a post could hold")
    places = {found[1]: at for at, line in enumerate(lines, 2) if (found := _KEY.match(line))}
    return head, [
        Misplaced(places.get(_KEY_OF.split(fault.place)[0], 1), f"{fault.place} {fault.message}")
        for fault in faults
    ]


class _Body:
    """What stands below the head, as it is read."""

    def __init__(self, language: str) -> None:
        self.purpose = ""
        self.steps: list[Step] = []
        self.phrases: list[Phrase] = []
        self.avoid: list[str] = []
        self._language = language
        self._heading = ""
        self._wrong: list[Misplaced] = []

    def read(self, text: str) -> list[Misplaced]:
        """Take a text in; what is wrong in it."""
        for piece in _pieces(_READER.parse(text)):
            match piece.kind:
                case "heading":
                    self._heading = piece.text
                case "paragraph":
                    self._paragraph(piece)
                case "quotation":
                    self._phrase(piece)
                case "step":
                    self._step(piece)
                case "item":
                    self.avoid.append(piece.text)
                case "boxless":
                    self._refuse(piece, "stands among the steps without a box: “- [ ]”")
                case _:
                    self._refuse(piece, "is shown nowhere: write it as a step, or as a phrase")
        if not self.steps:
            self._wrong.append(Misplaced(text.count("\n") + 1, "has no step: “- [ ] What to do”"))
        if len(self.steps) > MOST_STEPS:
            self._wrong.append(Misplaced(1, f"has more than {MOST_STEPS} steps"))
        return self._wrong

    def _refuse(self, piece: _Piece, message: str) -> None:
        self._wrong.append(Misplaced(piece.line, message))

    def _paragraph(self, piece: _Piece) -> None:
        if self.purpose or self.steps or self.phrases:
            self._refuse(piece, "is shown nowhere: write it as a step, or as a phrase")
        self.purpose = self.purpose or piece.text

    def _step(self, piece: _Piece) -> None:
        found = _STEP.fullmatch(piece.text)
        if found is None:
            self._refuse(piece, "is a step without words")
            return
        written = found["within"]
        within = _length(written) if written else None
        if written and within is None:
            self._refuse(piece, f"“{written}” is no length of time; “15 min” and “2 h” are")
        if len(found["text"]) > LONGEST_STEP:
            self._refuse(piece, f"is longer than {LONGEST_STEP} characters; make two steps of it")
        self.steps.append(
            Step(text=found["text"].strip(), role=(found["role"] or "").rstrip(" :"), within=within)
        )

    def _phrase(self, piece: _Piece) -> None:
        found = _IN_LANGUAGE.fullmatch(self._heading)
        name = found["name"] if found else self._heading
        language = found["language"] if found else self._language
        if not name:
            self._refuse(piece, "is a phrase without a heading above it, which would name it")
        elif fault := name_fault(name) or (language_fault(language) if found else ""):
            self._refuse(piece, fault)
        if gaps := unknown_gaps(piece.text):
            self._refuse(piece, f"leaves {gaps[0][:40]} open; it can leave {{author}} and {{me}}")
        if len(piece.text) > LONGEST_PHRASE:
            self._refuse(piece, f"is longer than {LONGEST_PHRASE:,} characters")
        self.phrases.append(Phrase(name=name, language=language, text=piece.text))


def _length(written: str) -> timedelta | None:
    return duration(_HOURS.sub("h", _MINUTES.sub("m", written.strip().lower())))


def _pieces(tokens: Sequence[Token]) -> Iterator[_Piece]:
    """The parts of a text at its outermost level; a list is one of steps if an item has a box."""
    at = 0
    while at < len(tokens):
        end = _end(tokens, at)
        part = tokens[at : end + 1]
        match tokens[at].type:
            case "heading_open":
                yield _Piece("heading", _line(part), _words(part))
            case "paragraph_open":
                yield _Piece("paragraph", _line(part), _words(part))
            case "blockquote_open":
                yield _Piece("quotation", _line(part), _words(part))
            case "bullet_list_open" | "ordered_list_open":
                yield from _items(part)
            case "html_block" if tokens[at].content.lstrip().startswith("<!--"):
                pass  # a comment
            case _:
                yield _Piece("other", _line(part), "")
        at = end + 1


def _items(tokens: Sequence[Token]) -> Iterator[_Piece]:
    found: list[tuple[int, str]] = []
    for at, token in enumerate(tokens):
        if token.type == "list_item_open" and token.level == tokens[0].level + 1:
            part = tokens[at : _end(tokens, at) + 1]
            found.append((_line(part), _words(part)))
    are_steps = any(_BOX.match(text) for _, text in found)
    for line, text in found:
        box = _BOX.match(text)
        if not are_steps:
            yield _Piece("item", line, text)
        elif box:
            yield _Piece("step", line, text[box.end() :].strip())
        else:
            yield _Piece("boxless", line, text)


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where what opens at `at` is closed."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place
    return len(tokens) - 1


def _line(tokens: Sequence[Token]) -> int:
    return next((token.map[0] + 1 for token in tokens if token.map), 1)


def _words(tokens: Sequence[Token]) -> str:
    """The text in them: a line that is broken on purpose (with a backslash) stays so, others are
    one."""
    paragraphs = [token.content for token in tokens if token.type == "inline"]
    joined = "\n\n".join(
        re.sub(r"(?<!\\)\n", " ", paragraph).replace("\\\n", "\n") for paragraph in paragraphs
    )
    return joined.strip()
