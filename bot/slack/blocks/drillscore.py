"""What a drill came to, as a card, and all that a team has held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.drills import Drill
from bot.domain.drillscores import Change, Score, Waited, change
from bot.i18n import Voice, phrase
from bot.slack.blocks.drill import first, lasts, mark
from bot.slack.blocks.parts import Block, Card, context, fields, fitted, header, section, sparkline
from bot.slack.mrkdwn import literal, name

BARS = 8
FEWEST = 3
"""Drills in a row of bars."""

SHOWN = 12
"""Drills in a list, the latest."""

_CHANGES: dict[Change, str] = {
    "better": phrase("📈 Better than last time, {when}."),
    "worse": phrase("📉 Not as good as last time, {when}."),
    "same": phrase("➡️ About the same as last time, {when}."),
}


def score_card(drill: Drill, score: Score, before: Sequence[Drill], voice: Voice) -> Card:
    """How it went; against the last one of the team at the same speed, where there is one."""
    title = f"{mark(voice)} · {drill.title}"
    blocks: list[Block] = [
        first(drill, header(title)),
        section(how_it_went(drill, score, voice)),
        fields(figures(score, voice)),
        *(section(words) for words in compared(drill, score, before, voice)),
        *(context(words) for words in progress(drill, score, before, voice)),
        context(
            voice.say(
                "It is the team’s score: nobody’s name is kept with it. `/vigie drill results` "
                "shows how it goes from drill to drill."
            )
        ),
    ]
    return fitted(f"{literal(title)}: {how_it_went(drill, score, voice)}", blocks, voice)


def how_it_went(drill: Drill, score: Score, voice: Voice) -> str:
    """How it ended, and the one thing that matters most: what nobody took."""
    span = voice.span(lasts(drill))
    ended = (
        voice.say("Stopped after {span}.", span=span)
        if drill.stopped
        else voice.say("Over after {span}.", span=span)
    )
    if not score.wanted:
        return f"{ended} {voice.say('No post that wants an answer was shown.')}"
    if not score.missed:
        return f"{ended} {voice.say('No post was missed.')}"
    missed = voice.plural(
        "*{n}* of {all} posts that wanted an answer was missed.",
        "*{n}* of {all} posts that wanted an answer were missed.",
        score.missed,
        all=voice.number(score.wanted),
    )
    return f"{ended} {missed}"


def figures(score: Score, voice: Voice) -> list[tuple[str, str]]:
    """The labelled figures of a score, in mrkdwn."""
    found = [
        (
            voice.say("Until it was taken"),
            waited(score.to_claim, score.wanted - score.missed, score.wanted, voice),
        ),
        (
            voice.say("Until it was answered"),
            waited(score.to_answer, score.answered, score.wanted, voice),
        ),
        (
            voice.say("Answered"),
            voice.say(
                "{n} of {all}", n=voice.number(score.answered), all=voice.number(score.wanted)
            ),
        ),
        (voice.say("Handed over"), voice.number(score.handovers)),
        (voice.say("Answered without need"), voice.number(score.needless)),
    ]
    if score.steps:
        done, steps = voice.number(score.steps_done), voice.number(score.steps)
        found.append(
            (voice.say("Steps of the playbook"), voice.say("{n} of {all}", n=done, all=steps))
        )
    return found


def waited(span: Waited | None, count: int, wanted: int, voice: Voice) -> str:
    """How long posts waited: the middle one, and the worst; and of how many that is told, where
    others waited in vain."""
    if span is None:
        return voice.say("never")
    words = voice.say(
        "half within {median}, the last after {worst}",
        median=voice.span(span.median),
        worst=voice.span(span.worst),
    )
    if count == wanted:
        return words
    part = voice.say("{n} of {all}", n=voice.number(count), all=voice.number(wanted))
    return f"{words} ({part})"


def compared(drill: Drill, score: Score, before: Sequence[Drill], voice: Voice) -> Iterator[str]:
    """Against the last drill at the same speed; nothing where no post wanted an answer."""
    if not score.wanted:
        return
    last, then = next(_comparable(drill, before), (None, None))
    if last is None or then is None:
        yield voice.plural(
            "The team’s first drill at {n}× the speed of life: the next one is held against it.",
            "The team’s first drill at {n}× the speed of life: the next one is held against it.",
            drill.speed,
        )
        return
    words = voice.say(_CHANGES[change(score, then)], when=voice.day(last.began))
    yield f"{words} {voice.say('Then: {line}.', line=in_a_line(last, then, voice))}"


def _comparable(drill: Drill, before: Sequence[Drill]) -> Iterator[tuple[Drill, Score]]:
    """Those at the same speed in which a post wanted an answer: one that was stopped before it
    showed any says nothing of a team."""
    for one in before:
        if one.speed == drill.speed and one.score and one.score.wanted:
            yield one, one.score


def progress(drill: Drill, score: Score, before: Sequence[Drill], voice: Voice) -> Iterator[str]:
    """The share that was missed, from drill to drill at the same speed, as a row of bars; nothing
    of fewer than three."""
    scores = [score, *(then for _, then in _comparable(drill, before))]
    parts = [round(100 * one.missed / one.wanted) for one in scores[:BARS] if one.wanted]
    if score.wanted and len(parts) >= FEWEST:
        bars, first, last = sparkline(parts[::-1]), parts[-1] / 100, parts[0] / 100
        yield voice.say(
            "Missed, from drill to drill: {bars} ({first} → {last})",
            bars=bars,
            first=voice.share(first),
            last=voice.share(last),
        )


def in_a_line(drill: Drill, score: Score, voice: Voice) -> str:
    """A drill's score in few words."""
    parts = [
        f"_{name(drill.title)}_",
        voice.say("{speed}×", speed=drill.speed),
        voice.say(
            "{n} of {all} missed", n=voice.number(score.missed), all=voice.number(score.wanted)
        ),
        answered_words(score, voice),
    ]
    return ", ".join(parts)


def answered_words(score: Score, voice: Voice) -> str:
    """How much was answered, and how soon; plain text."""
    if score.to_answer is None:
        return voice.say("none answered")
    return voice.say(
        "{n} answered, half of them within {span}",
        n=voice.number(score.answered),
        span=voice.span(score.to_answer.median),
    )


def results_card(drills: Sequence[Drill], picture: str, voice: Voice) -> Card:
    """A team's drills, the latest first; `picture` says where the picture is, `""`: there is
    none."""
    if not drills:
        words = voice.say("No drill was held here yet. `/vigie drill list` shows what can be.")
        return Card(words, (section(words),))
    title = voice.say("Drills in {channel}", channel=name(drills[0].team))
    lines = [
        f"• *{voice.day(drill.began)}* – {in_a_line(drill, drill.score, voice)}"
        for drill in drills[:SHOWN]
        if drill.score
    ]
    more = len(drills) - SHOWN
    if more > 0:
        lines.append(voice.say("…and {n} before.", n=voice.number(more)))
    blocks: list[Block] = [section("\n".join([f"🎓 *{title}*", *lines]))]
    if picture:
        blocks.append(context(picture))
    return fitted(title, blocks, voice)
