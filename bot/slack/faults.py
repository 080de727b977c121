"""Why a source could not be read, as its reader is told."""

from __future__ import annotations

from bot.domain.excerpt import shorten
from bot.domain.faults import Fault
from bot.i18n import Voice
from bot.slack.mrkdwn import escape

LENGTH = 300


def why(fault: Fault | str, voice: Voice) -> str:
    """The words of a fault as mrkdwn; an older Vigie kept them in English (a string)."""
    if isinstance(fault, Fault):
        values = {name: voice.say(it) if it else "" for name, it in fault.values.items()}
        fault = voice.say(fault.words, **values)
    return escape(shorten(fault, LENGTH))
