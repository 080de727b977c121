"""What the team teaches: how far each language has come, and who reads it now."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.analysis.learnt import Trial
from bot.domain.lesson import Lesson, Progress, Turn
from bot.i18n import Voice
from bot.slack import ids
from bot.slack.blocks.parts import (
    Block,
    Card,
    Element,
    asking_first,
    button,
    context,
    fitted,
    local_time,
    section,
)


def learning_card(progress: Sequence[Progress], admin: bool, voice: Voice) -> Card:
    """The answer to `/vigie learning`; to an `admin` with a way to begin a language anew."""
    title = voice.say("What the team teaches Vigie about negative posts")
    blocks: list[Block] = [section(f"*{title}*")]
    for one in progress:
        accessory = _reset_button(one, voice) if admin and one.labels else None
        blocks.append(section("\n".join(progress_lines(one, voice)), accessory=accessory))
    said = voice.say(
        "“Right” and “Not negative” teach, and so do answering and resolving, which say “right”. "
        "“Not about us” says nothing of a mood. Posts that are erased teach nothing more."
    )
    return fitted(title, [*blocks, context(said)], voice)


def progress_lines(progress: Progress, voice: Voice) -> list[str]:
    """How far a language has come: what reads it, the judgements, and the last trial."""
    lesson = progress.lesson
    language = _headed(lesson.language, voice)
    if lesson.model:
        lines = [voice.say("*{language}* is read by what the team taught.", language=language)]
    else:
        lines = [voice.say("*{language}* is read by the rules.", language=language)]
    lines.append(
        voice.plural(
            "{n} judgement counts today, {negatives} of them negative.",
            "{n} judgements count today, {negatives} of them negative.",
            progress.labels,
            negatives=voice.number(progress.negatives),
        )
    )
    if lesson.trial and lesson.tried:
        when = local_time(lesson.tried)
        lines.append(
            voice.say("Last tried {time}: {found}", time=when, found=_found(lesson, voice))
        )
    elif any(progress.missing):
        lines.append(_missing(progress, voice))
    else:
        lines.append(voice.say("A first trial is made within the hour."))
    return lines


def turn_words(lesson: Lesson, turned: Turn, voice: Voice) -> str:
    """What the admin channel is told when another engine reads a language."""
    language = _headed(lesson.language, voice)
    if turned == "taken_over" and lesson.trial:
        words = voice.say(
            "📚 {language}: from now on posts are read by what the team taught.", language=language
        )
    else:
        words = voice.say("📏 {language}: posts are read by the rules again.", language=language)
    if lesson.trial is None:
        found = voice.say("Judgements that were learnt from are gone, and too few are left.")
    else:
        found = _marks(lesson.trial, voice)
    return " ".join([words, found, voice.say("`/vigie learning` tells more.")])


def reset_words(language: str, by: str, voice: Voice) -> str:
    """What the admin channel is told when a language is begun anew; `by` is `""` where that was
    done in a terminal."""
    return voice.say(
        "🧹 {who} had Vigie begin {language} anew: posts are read by the rules, and what was "
        "judged until now teaches nothing more.",
        who=f"<@{by}>" if by else voice.say("Whoever runs Vigie"),
        language=voice.tongue(language),
    )


def taught_words(taught: int, voice: Voice) -> str:
    """What read a post, where the team taught it; `taught` judgements by now, 0 where the rules
    read that language again."""
    if not taught:
        return voice.say("It was read by what the team had taught.")
    return voice.plural(
        "It was read by what the team taught, with {n} judgement by now.",
        "It was read by what the team taught, with {n} judgements by now.",
        taught,
    )


def _headed(language: str, voice: Voice) -> str:
    """A language's name at the head of a line."""
    name = voice.tongue(language)
    return name[:1].upper() + name[1:]


def _found(lesson: Lesson, voice: Voice) -> str:
    """What the last trial found."""
    trial = lesson.trial
    if trial is None:
        return ""
    if lesson.model:
        return _marks(trial, voice)
    return " ".join([voice.say("not yet better than the rules."), _marks(trial, voice)])


def _marks(trial: Trial, voice: Voice) -> str:
    """A trial's figures: what they say, and their names for who knows them."""
    return voice.plural(
        "Of a negative post and another, what was learnt tells which is which in {learnt} of "
        "cases, the rules in {rules} (AUC); F1 {f1}, the rules’ {f1_rules}; on {n} judgement.",
        "Of a negative post and another, what was learnt tells which is which in {learnt} of "
        "cases, the rules in {rules} (AUC); F1 {f1}, the rules’ {f1_rules}; on {n} judgements.",
        trial.labels,
        learnt=voice.share(trial.learnt.auc),
        rules=voice.share(trial.default.auc),
        f1=voice.decimal(trial.learnt.f1, 2),
        f1_rules=voice.decimal(trial.default.f1, 2),
    )


def _missing(progress: Progress, voice: Voice) -> str:
    negative, others = progress.missing
    return voice.say(
        "A first trial needs {negative} more negative ones and {others} more that are not.",
        negative=voice.number(negative),
        others=voice.number(others),
    )


def _reset_button(progress: Progress, voice: Voice) -> Element:
    label = voice.say("Begin anew")
    element = button(label, ids.LEARNING_RESET, progress.lesson.language, style="danger")
    meaning = voice.say(
        "What was judged until now teaches nothing more, and the rules read these posts. The "
        "judgements still count for the precision."
    )
    return asking_first(element, label, meaning, voice.say("Yes"), voice)
