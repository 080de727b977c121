"""Whether the language model that words summaries answers, and so that its words can be used."""

from __future__ import annotations

from bot.assembly import writing
from bot.config import Config
from bot.config.summaries import KEY
from bot.domain.worded import checked, data, material, task
from bot.errors import ModelFailed
from bot.health import Finding
from bot.services.base import Clock

FENCE = "d0c70r"

_FACTS = ("Lumo: 3 mentions, about 2 are usual.",)
_POSTS = (
    ("somebody", "My lamp flashes at night since the update. How do I stop it?", ""),
    ("somebody", "Love the light of this lamp in the morning.", ""),
)
"""What it is asked about: nobody wrote it."""


async def examine_model(config: Config, clock: Clock) -> Finding | None:
    """One question, about two posts that nobody wrote; None where no model is named."""
    asked = config.summaries
    if asked is None:
        return None
    subject = f"language model {asked.model}"
    shown = material(_FACTS, _POSTS, "en")
    async with writing(config, clock) as writer:
        if writer is None:
            return None
        try:
            answer = await writer.write(task(shown), data(shown, FENCE))
        except ModelFailed as error:
            return Finding(subject=subject, words=str(error), advice=_advice(config, error))
    try:
        checked(answer, shown)
    except ModelFailed as error:
        words = f"answers, but {error}: Vigie would say its own words"
        return Finding(
            subject=subject,
            words=words,
            advice="Run this again; if it stays so, name a larger model under [summaries].",
        )
    return Finding(subject=subject, words="answers, and its words can be used")


def _advice(config: Config, error: ModelFailed) -> str:
    if error.why == "status" and not config.summaries_key.value:
        return f"Where it needs a key: export {KEY}=…. Else check summaries.url and its model."
    if error.why in ("unreachable", "slow"):
        return "See whether its server runs, and check summaries.url in the configuration."
    return f"Check summaries.kind, url and model in the configuration, and {KEY}."
