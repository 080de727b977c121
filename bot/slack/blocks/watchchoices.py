"""What may be chosen in the form of a watch: how much is flagged, and how easily a spike rings."""

from __future__ import annotations

from datetime import timedelta

from bot.config.file import WatchConfig
from bot.domain.flagging import flagging
from bot.domain.pulses import Also
from bot.i18n import Voice, phrase
from bot.slack import ids
from bot.slack.blocks.forms import option, select
from bot.slack.blocks.parts import Element, plain
from bot.slack.edits import wanted_words

STEPS = {
    -1.0: phrase("Never (only what is called −1)"),
    -0.8: phrase("Only the worst (−0.80)"),
    -0.5: phrase("Clearly negative (−0.50)"),
    -0.3: phrase("Rather negative (−0.30)"),
    0.0: phrase("All that is not positive (0.00)"),
}
"""Thresholds, from the calmest to the most watchful."""

FLAGS = ("2 a day", "5 a day", "10 a day", "20 a day", "1%", "3%", "10%")
"""Budgets and shares that are offered, as the file has them."""

PATIENCE = (7, 10, 14, 30, 90)
"""Days in which an ordinary stream may ring once."""


def negative_choice(watch: WatchConfig, voice: Voice) -> Element:
    """How much is flagged: by a threshold, or by what the team can take."""
    below = watch.negative_below + 0.0  # of the two zeros, the one that is written without a sign
    steps = [option(voice.say(words), repr(step)) for step, words in STEPS.items()]
    if below not in STEPS:
        own = voice.say("As it is now ({value})", value=voice.signed(below))
        steps.append(option(own, repr(below)))
    flags = [_flag(written, voice) for written in _offered(watch)]
    groups = {voice.say("By a threshold"): steps, voice.say("By what the team can take"): flags}
    chosen = watch.flag or repr(below)
    return {
        "type": "static_select",
        "action_id": ids.VALUE,
        "option_groups": [
            {"label": plain(label, 75), "options": options} for label, options in groups.items()
        ],
        "initial_option": next(one for one in [*steps, *flags] if one["value"] == chosen),
    }


def _offered(watch: WatchConfig) -> tuple[str, ...]:
    return FLAGS if not watch.flag or watch.flag in FLAGS else (*FLAGS, watch.flag)


def _flag(written: str, voice: Voice) -> Element:
    wanted = flagging(written)
    return option(wanted_words(wanted, voice) if wanted else written, written)


ALSO_TOLD: dict[Also, str] = {
    "wave": phrase("More negative posts than usual"),
    "silence": phrase("Nothing at all for too long"),
    "theme": phrase("A new theme"),
    "velocity": phrase("A post that spreads fast"),
}


def also_choice(watch: WatchConfig, voice: Voice) -> Element:
    """What is told beside negative posts and spikes."""
    options = [option(voice.say(words), one) for one, words in ALSO_TOLD.items()]
    boxes: Element = {"type": "checkboxes", "action_id": ids.VALUE, "options": options}
    chosen = [one for one in options if one["value"] in watch.also]
    return boxes | ({"initial_options": chosen} if chosen else {})


def patience_choice(watch: WatchConfig, voice: Voice) -> Element:
    """How seldom an ordinary stream may ring."""
    days = {timedelta(days=n): n for n in PATIENCE}
    options = [
        option(
            voice.plural("Once in {n} ordinary day", "Once in {n} ordinary days", n),
            _seconds(length),
        )
        for length, n in days.items()
    ]
    if watch.spike_once_in not in days:
        own = voice.say("As it is now ({value})", value=voice.span(watch.spike_once_in))
        options.append(option(own, _seconds(watch.spike_once_in)))
    return select(options, chosen=_seconds(watch.spike_once_in))


def _seconds(length: timedelta) -> str:
    return repr(length.total_seconds())
