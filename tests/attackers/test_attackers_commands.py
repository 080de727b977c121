"""What anybody may type: the commands that are not everybody's, and lines that nobody means."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from bot.domain.bulk import selection
from bot.domain.mute_parser import length_of, read
from bot.errors import VigieError
from bot.slack import ids
from handlers.asked import ANSWERS, LONGEST
from handlers.asked.naming import all_in, giving_in, ids_in
from handlers.asked.periods import period_in
from handlers.asked.several import several_in
from tests.attackers.conftest import Came, Siege

EVERYBODYS = {
    "assign",
    "claim",
    "compare",
    "digest",
    "drill",
    "duty",
    "help",
    "insight",
    "learning",
    "load",
    "mute",
    "mutes",
    "playbook",
    "precision",
    "queue",
    "replay",
    "reply",
    "resolve",
    "show",
    "status",
    "subscribe",
    "summarise",
    "summary",
    "tour",
    "trend",
    "unmute",
    "watches",
    "why",
}

NOT_EVERYBODYS = {
    "forget": "forget @ada",
    "export": "export Lumo 30d",
    "insights": "insights csv",
    "campaign": "campaign",
}
"""Of each of these commands a line that does something for who may (of `insights` and `campaign`
everybody may read what there is)."""

DRILLS = ("drill from {id} theirs", "drill start product-fault in #general", "drill stop #general")

HOSTILE = (
    "",
    "x" * (LONGEST - 20),
    "a " * 1500,
    "9" * 1000,
    "99999999999999999999d",
    "-1d",
    "1e999h",
    "0h",
    "Lumo 0d",
    "Lumo 4000d",
    "‮⁦\x00\x1b[31m\ud83d",
    "<@U0NOBODY>",
    "<@U0SAM|<!channel>>",
    "<#C0NOWHERE|nowhere>",
    "<!channel> <!here>",
    "<https://x.example|Lumo>",
    '""""“”«»',
    "(((((((((((((((((((( OR lumo",
    "all negative of today <@U0NOBODY>",
    "c1 " * 60,
    "from ../../etc/passwd name",
    "start ../../etc/passwd in #care 999x",
    "results <#C0NOWHERE>",
    "id='; drop table mentions; --",
)


def test_of_every_command_it_is_known_whose_it_is() -> None:
    assert set(ANSWERS) == EVERYBODYS | set(NOT_EVERYBODYS)


def lines(siege: Siege) -> list[str]:
    return [*NOT_EVERYBODYS.values(), *(line.format(id=siege.conversation) for line in DRILLS)]


def does(line: str, came: Came) -> bool:
    """Whether anything came of it; of `forget`, that it is said what is held, with a button."""
    sends = {"files.getUploadURLExternal", "chat.postMessage"} & {*came.called}
    return bool(
        came.changed
        or came.shows
        or sends
        or (line.startswith("forget") and ids.FORGET in came.words)
    )


async def test_what_is_not_everybodys_does_nothing_for_a_member(siege: Siege) -> None:
    for line in lines(siege):
        came = await siege.sends(siege.command(siege.sam, line))
        assert not came.fell_over, line
        assert not does(line, came), line


async def test_the_same_line_of_who_may_does_it(siege: Siege) -> None:
    for line in lines(siege):
        came = await siege.sends(siege.command(siege.margot, line))
        assert does(line, came), line


async def test_no_line_falls_over(siege: Siege) -> None:
    fell = []
    for command in ANSWERS:
        for turn, line in enumerate(HOSTILE):
            if (turn + len(command)) % 4:
                continue
            answer = await siege.handles(siege.command(siege.margot, f"{command} {line}"))
            if siege.fell_over or answer.status != 200:
                fell.append((command, line[:30], siege.log.text[-400:]))
    assert not fell


async def test_a_line_that_nobody_writes_is_not_read(siege: Siege) -> None:
    came = await siege.sends(siege.command(siege.sam, "compare " + "a " * LONGEST))
    assert f"{LONGEST}" in came.words


WATCHES = ["Lumo", "Lumo Pro", *(f"Watch {n}" for n in range(100))]
READERS: dict[str, Callable[[str], object]] = {
    "several": lambda line: several_in(line, WATCHES),
    "period": lambda line: period_in(line, WATCHES),
    "mute": lambda line: read(line, WATCHES),
    "length": length_of,
    "ids": ids_in,
    "giving": giving_in,
    "all": all_in,
    "selection": lambda line: selection(line, WATCHES),
}


def test_a_long_line_is_read_in_the_blink_of_an_eye() -> None:
    """It took a minute to compare two thousand watches called “a”, and nobody was answered."""
    words = ("a ", '" ', "9", "1h", "Lumo ", "<@U1> ", ",", "« ")
    for word in words:
        line = (word * LONGEST)[:LONGEST]
        for reader, reads in READERS.items():
            began = time.process_time()
            with suppress(VigieError):
                reads(line)
            assert time.process_time() - began < 1, (reader, word)
