"""What the judgements of one language came to, and when it is time to learn from them anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from bot.domain.analysis.learnt import Learnt, Trial

NEWS = 25
"""Judgements that are new, or other than before, after which it is learnt anew: as many as a team
makes in some days, and few enough that what they change is soon used."""

GROWTH = 0.2
"""The same as a share of those that were learnt from: where they are few, each says more."""

LIGHTEST = 1 / 20
"""A label weighs at most twenty times another. Posts that were flagged are few and asked about
often: made up for in full, some dozens of other posts would be all that is heard."""

Turn = Literal["taken_over", "given_back"]


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """Where learning a language stands.

    `trial` is the last one, `tried` its time, and `labels` the judgements that it was made of:
    whether the post is negative, by its mention. `number` counts the trials; `model` is the number
    of that whose model reads posts, 0 where the rules do. Judgements up to `since` count no more.
    """

    language: str
    number: int = 0
    trial: Trial | None = None
    tried: datetime | None = None
    labels: Mapping[str, bool] = {}
    model: int = 0
    since: datetime | None = None

    @property
    def taught(self) -> int:
        """How many judgements the model was learnt from that reads now; 0 where the rules do."""
        return self.trial.labels if self.model and self.trial else 0


def is_due(lesson: Lesson, labels: Mapping[str, bool], *, gone: bool) -> bool:
    """Whether to learn anew from these judgements. `gone`: one that was learnt from is not there
    any more, as its post was erased or its author taken out (then nothing of it is to stay), or
    the model itself cannot be used."""
    news = sum(lesson.labels.get(id) != negative for id, negative in labels.items())
    return gone or (news > 0 and news >= min(NEWS, GROWTH * len(lesson.labels)))


def after_trial(
    lesson: Lesson, labels: Mapping[str, bool], learnt: Learnt | None, now: datetime
) -> Lesson:
    """The lesson after a trial; `learnt` is None where the judgements are too few for one.

    What was learnt takes over where the trial found it better than the rules. It goes on as long as
    it is no worse than they are: two that are nearly equal do not change places at each trial.
    """
    if learnt is None:
        return replace(lesson, trial=None, tried=None, labels={}, model=0)
    trial = learnt.trial
    stays = lesson.model > 0 and trial.learnt.auc >= trial.default.auc
    return replace(
        lesson,
        number=learnt.version,
        trial=trial,
        tried=now,
        labels=labels,
        model=learnt.version if trial.better or stays else 0,
    )


def begun_anew(lesson: Lesson, now: datetime) -> Lesson:
    """The lesson without what was learnt: what was judged until now counts no more."""
    return Lesson(language=lesson.language, number=lesson.number, since=now)


def turn(before: Lesson, after: Lesson) -> Turn | None:
    """Whether another engine reads the language after this."""
    if bool(before.model) == bool(after.model):
        return None
    return "taken_over" if after.model else "given_back"


def weights(flagged: Sequence[bool], share: float) -> list[float]:
    """What each label weighs (1 on average), given which of them Vigie had flagged, and the share
    (0 to 1) of the stream that it flags.

    People are asked about what was flagged, and about a few others drawn by chance. Each of these
    two strata counts for its part of the stream, however many of it were judged (post-
    stratification), within `LIGHTEST`. Where only one of the two was judged, all count alike.
    """
    counts = {stratum: list(flagged).count(stratum) for stratum in (True, False)}
    if not all(counts.values()):
        return [1.0] * len(flagged)
    each = {True: share / counts[True], False: (1 - share) / counts[False]}
    least = LIGHTEST * max(each.values())
    raw = [max(each[stratum], least) for stratum in flagged]
    mean = sum(raw) / len(raw)
    return [weight / mean for weight in raw]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far learning a language has come: `labels` judgements count today, of which so many are
    `negatives`; of either kind `fewest` are needed."""

    lesson: Lesson
    labels: int
    negatives: int
    fewest: int

    @property
    def missing(self) -> tuple[int, int]:
        """How many negative posts, and how many others, must be judged before a trial."""
        others = self.labels - self.negatives
        return max(0, self.fewest - self.negatives), max(0, self.fewest - others)
