"""One conversation summed up: how far it reached."""

from __future__ import annotations

from msgspec.structs import replace

from bot.domain.mention import Mention
from bot.domain.recap import seen_by
from tests.builders import a_mention, a_post


def said(id: str, author: str, reach: int, source: str = "lumen.social") -> Mention:
    mention = a_mention(id=id, post=a_post(author=author, source=source))
    return replace(mention, analysis=replace(mention.analysis, reach=reach))


def test_who_follows_somebody_is_one_reader_however_often_that_one_writes() -> None:
    thread = [said("m1", "ada", 1_000), said("m2", "ada", 1_200), said("m3", "bo", 30)]
    assert seen_by(thread) == 1_230


def test_those_of_the_same_name_elsewhere_and_those_of_none_are_others() -> None:
    thread = [said("m1", "ada", 10), said("m2", "ada", 10, "forum"), said("m3", "", 5)]
    assert seen_by([*thread, said("m4", "", 5)]) == 30
    assert seen_by([]) == 0
