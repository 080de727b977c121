"""What a watch would have matched, shown before it is kept."""

from __future__ import annotations

from bot.domain.query import Query
from bot.domain.trials import Example, Trial
from bot.errors import QueryError
from bot.i18n import Voice
from bot.slack.blocks.parts import Block, context, local_time, quote, section
from bot.slack.mrkdwn import escape, link, name

EXAMPLE = 280
"""Characters of a post that is shown."""


def trial_blocks(trial: Trial, query: Query, voice: Voice) -> list[Block]:
    """The figures, three posts, and what the query may have meant otherwise."""
    blocks = [section(_figures(trial, voice)), context(_looked_at(trial, voice))]
    for example in trial.examples:
        blocks += _example(example, voice)
    blocks += [
        context(
            voice.say(
                "💡 “{word}” is looked for as a word: write {operator} to combine.",
                word=name(hint.word),
                operator=hint.operator,
            )
        )
        for hint in query.hints()
    ]
    return blocks


def fault_blocks(error: QueryError, voice: Voice) -> list[Block]:
    """Where a query cannot be read: a caret under the character, and words."""
    caret = f"{' ' * (error.position - _start(error))}^"
    shown = escape(_around(error)).replace("`", "ˋ")
    return [section(f"⚠️ {escape(voice.error(error))}\n```{shown}\n{caret}```")]


def fault_words(error: QueryError, voice: Voice) -> str:
    """The same in plain text, where nothing is monospaced: the caret stands in the query."""
    at = error.position - _start(error)
    around = _around(error)
    return f"{voice.error(error)} → {around[:at]}‸{around[at:]}"


SIDE = 40
"""Characters of a query that are shown before and after a fault."""


def _start(error: QueryError) -> int:
    return max(0, error.position - SIDE)


def _around(error: QueryError) -> str:
    """The part of the query that holds the fault, each character in its place."""
    part = error.query[_start(error) : error.position + SIDE]
    return "".join(char if char.isprintable() else " " for char in part)


def _figures(trial: Trial, voice: Voice) -> str:
    if not trial.matched:
        return voice.say("🔎 *It would have matched none of them.*")
    matched = voice.plural(
        "🔎 *It would have matched {n} post*", "🔎 *It would have matched {n} posts*", trial.matched
    )
    flagged = voice.plural(
        "{n} of them flagged as negative", "{n} of them flagged as negative", trial.flagged
    )
    if trial.flagged:
        a_day = voice.say("about {n} a day", n=voice.decimal(trial.a_day))
        flagged = f"{flagged} ({a_day})"
    figures = voice.say("{matched}, {flagged}.", matched=matched, flagged=flagged)
    if trial.limited == "few":
        few = voice.say("Until more posts are known, by its threshold.")
        figures = f"{figures} {few}"
    if not trial.unread:
        return figures
    unread = voice.plural(
        "{n} is in a language whose mood is not read.",
        "{n} are in a language whose mood is not read.",
        trial.unread,
    )
    return f"{figures} {unread}"


def _looked_at(trial: Trial, voice: Voice) -> str:
    """What was looked at: what some watch matched, which is all that is kept."""
    if trial.whole:
        return voice.plural(
            "Looked at the {n} post that the watches brought in since {day}; others were not kept.",
            "Looked at the {n} posts that the watches brought in since {day}; others were not "
            "kept.",
            trial.looked,
            day=voice.day(trial.since),
        )
    return voice.plural(
        "⏱ Slack waits no longer: only the newest {n} post was looked at, back to {day}. "
        "In all of the last 14 days there may be more.",
        "⏱ Slack waits no longer: only the newest {n} posts were looked at, back to {day}. "
        "In all of the last 14 days there may be more.",
        trial.looked,
        day=voice.day(trial.since),
    )


def _example(example: Example, voice: Voice) -> list[Block]:
    post = example.mention.post
    about = voice.say(
        "{author} · {source} · {time} · found: {words}",
        author=link(post.url, post.author or voice.say("somebody")),
        source=name(post.source),
        time=local_time(post.at),
        words=", ".join(name(word) for word in example.words) or "–",
    )
    return [quote(post.text, EXAMPLE, title=post.title), context(about)]
