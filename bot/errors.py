"""Everything Vigie raises on purpose.

    VigieError
    ├── ConfigError              every fault of a configuration, each with its place
    ├── QueryError               a watch's query that cannot be read, with the character at fault
    ├── SourceError              a source that could not be polled
    │   ├── SourceUnavailable    down, slow, reset, 5xx: try again later        (may be retried)
    │   ├── SourceRateLimited    asked to wait, with the moment to come back    (may be retried)
    │   │   └── SourceResting    not even asked, for that or for its budget     (may be retried)
    │   ├── SourceRefused        4xx, private address: someone must change something
    │   └── SourceGarbled        an answer that is not what the source speaks
    ├── StoreError
    │   ├── Conflict             somebody else wrote this document first        (may be retried)
    │   ├── StoreLocked          another process holds the data folder
    │   ├── StoreDamaged         a file that cannot be what Vigie wrote
    │   ├── StoreReadOnly        the disk is full or refuses writes
    │   ├── StoreWritable        it takes writes again: begin anew              (may be retried)
    │   ├── StoreUnavailable     the database cannot be reached just now        (may be retried)
    │   └── StoreBehind          the store is another version's: `vigie migrate`, or start that one
    ├── ConversationError        said to the person who clicked
    │   ├── UnknownConversation
    │   ├── AlreadyClaimed
    │   ├── IllegalTransition
    │   └── UnknownWatch
    ├── WatchError               said to the person who would change a watch
    │   ├── NotAnAdmin
    │   ├── WatchChanged
    │   └── WatchRefused
    ├── NotOurs                  a button or a form that carries what Vigie never wrote
    ├── EngineError              a model that was to read posts, and cannot   (may be retried)
    │   └── ModelFailed          a language model that was to word a summary  (may be retried)
    ├── TooFewLabels             nothing can be learnt of so few judgements of either kind
    ├── TrialFailed              a process that was to learn, and came to nothing   (may be retried)
    └── SlackError
        ├── SlackUnavailable     5xx, reset: nothing was posted, or nobody knows (may be retried)
        ├── SlackRateLimited     429, with the seconds to wait                  (may be retried)
        ├── ChannelClosed        unknown, archived, or the bot is not in it
        ├── ContentRefused       blocks or text that Slack does not take
        ├── MessageGone          the message to be changed is not there any more
        └── TokenRefused         nothing can be sent until a person changes the token

`retry` says whether the same call may succeed later without anybody changing anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.phrases import phrase


class VigieError(Exception):
    """The root: whoever catches it catches what Vigie foresaw, and nothing else."""

    retry: ClassVar[bool] = False


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a configuration: where, what, and what would be right."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ConfigError(VigieError):
    """A configuration that cannot be used; `faults` holds all that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class WordedError(VigieError):
    """An error that is told to a person in their own language.

    `words` are its English words, whose `{names}` stand for the `values`; they name it in the
    catalogues of `bot/locale`.
    """

    def __init__(self, words: str, /, **values: object) -> None:
        self.words = words
        self.values = values
        super().__init__(words.format(**values))


class SourceError(WordedError):
    """A source that could not be polled; the message never holds a secret or a post's text."""


class SourceUnavailable(SourceError):
    """Down, slow, reset, or 5xx."""

    retry: ClassVar[bool] = True


class SourceRateLimited(SourceError):
    """The source asked to be left alone until `until` (aware, UTC)."""

    retry: ClassVar[bool] = True

    def __init__(self, words: str, /, until: datetime, **values: object) -> None:
        self.until = until
        super().__init__(words, **values)


class SourceResting(SourceRateLimited):
    """Nobody was asked: a host, or a budget of Vigie's own, wants a pause until `until`."""


class SourceRefused(SourceError):
    """The source says no (4xx), or its address must not be fetched."""


class SourceGarbled(SourceError):
    """An answer that is not what the source is known to speak."""


class StoreError(VigieError):
    """The store could not do what was asked."""


class Conflict(StoreError):
    """A document is not at the version that the writer expected; nothing was written."""

    retry: ClassVar[bool] = True

    def __init__(self, table: str, id: str, expected: int, found: int) -> None:
        self.table, self.id, self.expected, self.found = table, id, expected, found
        super().__init__(f"{table}/{id} is at version {found}, not {expected}")


class StoreLocked(StoreError):
    """Another process holds the data folder."""


class StoreDamaged(StoreError):
    """A file that cannot be what Vigie wrote."""


class StoreReadOnly(StoreError):
    """A write failed (disk full, folder read-only): nothing more is accepted until a restart."""


class StoreWritable(StoreError):
    """The disk takes writes again: what was refused them can begin anew."""

    retry: ClassVar[bool] = True


class StoreUnavailable(StoreError):
    """The database cannot be reached, or broke off: whether a commit under way was carried out
    is not known."""

    retry: ClassVar[bool] = True


class StoreBehind(StoreError):
    """The store is not this version's: the database's tables are others, or a newer Vigie wrote the
    folder. The message says what to do."""


class QueryError(WordedError):
    """A query that cannot be read.

    `position` is the 0-based index, in `query`, of the character at fault; it equals
    `len(query)` where something is missing at the end.
    """

    def __init__(self, query: str, position: int, words: str, /, **values: object) -> None:
        self.query = query
        self.position = position
        super().__init__(words, **values)

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.words.format(**self.values)

    def __str__(self) -> str:
        return f"{self.message} (at character {self.position + 1})"

    def pointed(self) -> str:
        """The query with a caret under the character at fault, for a monospaced font."""
        return f"{self.query}\n{' ' * self.position}^ {self.message}"


class ConversationError(WordedError):
    """An act on a conversation that cannot be done; its message is for the person who asked."""


class UnknownConversation(ConversationError):
    """No conversation, or more than one, answers to this id."""


class AlreadyClaimed(ConversationError):
    """Somebody else has it; `by` is their Slack user id."""

    def __init__(self, by: str) -> None:
        self.by = by
        super().__init__(phrase("<@{by}> already has this conversation."), by=by)


class IllegalTransition(ConversationError):
    """The conversation's state does not allow this act."""


class UnknownWatch(ConversationError):
    """No watch goes by this name; `known` are those that there are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        shown = "".join(letter for letter in name if letter.isalnum() or letter in " -_.")[:60]
        super().__init__(
            phrase("There is no watch “{name}”. There are: {known}."),
            name=shown,
            known=", ".join(known),
        )


class NotOurs(WordedError):
    """A button or a form carries what this Vigie never wrote: an older one did, or somebody forged
    it."""

    def __init__(self) -> None:
        super().__init__(phrase("Vigie does not know this button or form any more: open it anew."))


class WatchError(WordedError):
    """A change to a watch that cannot be made; its message is for the person who asked."""


class NotAnAdmin(WatchError):
    """Watches, and what was learnt, are changed by those alone whom the configuration names, the
    `admins`."""

    def __init__(self, admins: Sequence[str]) -> None:
        words = (
            phrase("Only those who administer Vigie may change this: {admins}.")
            if admins
            else phrase(
                "Nobody administers Vigie yet: whoever runs it names `admins` in its configuration."
            )
        )
        super().__init__(words, admins=", ".join(f"<@{admin}>" for admin in admins))


class WatchChanged(WatchError):
    """Somebody else, `by`, changed the watch after it was looked at."""

    def __init__(self, name: str, by: str) -> None:
        self.by = by
        super().__init__(phrase("<@{by}> changed {watch} in the meantime."), by=by, watch=name)


class WatchRefused(WatchError):
    """A watch that cannot be as it was written: `faults` says what is wrong, by its field."""

    def __init__(self, faults: Mapping[str, WordedError]) -> None:
        self.faults = faults
        first = next(iter(faults.values()))
        super().__init__(first.words, **first.values)


class SlackError(VigieError):
    """Slack did not do what was asked; `code` is Slack's own word for it."""

    def __init__(self, message: str, code: str = "") -> None:
        self.code = code
        super().__init__(message)


class SlackUnavailable(SlackError):
    """5xx, a time-out or a dropped connection: the call may or may not have arrived."""

    retry: ClassVar[bool] = True


class SlackRateLimited(SlackError):
    """429: nothing was done; come back in `seconds`."""

    retry: ClassVar[bool] = True

    def __init__(self, message: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(message, "ratelimited")


class ChannelClosed(SlackError):
    """The channel is unknown or archived, or the bot is not in it."""


class ContentRefused(SlackError):
    """Slack does not take these blocks or this text."""


class MessageGone(SlackError):
    """The message to be changed does not exist, or cannot be changed any more."""


class TokenRefused(SlackError):
    """The token is revoked, wrong, or lacks a scope."""


class EngineError(VigieError):
    """A model that was to read posts, and cannot; without it they are read by the rules. The
    message never holds a key or a post's text."""

    retry = True


class ModelFailed(EngineError):
    """A language model that was to word a summary and did not, or not so that it may be shown:
    `why`, in a word (`bot.domain.worded.Why`)."""

    def __init__(self, why: str, message: str = "") -> None:
        self.why = why
        super().__init__(message or f"the model’s words are of no use ({why})")


class TooFewLabels(VigieError):
    """Of either kind of label, `needed` are needed: there are `negatives`, and `others`."""

    def __init__(self, negatives: int, others: int, needed: int) -> None:
        self.negatives, self.others, self.needed = negatives, others, needed
        super().__init__(f"{negatives} negative labels and {others} others, not {needed} of each")


class TrialFailed(VigieError):
    """The process in which something was to be learnt ended without."""

    retry = True
