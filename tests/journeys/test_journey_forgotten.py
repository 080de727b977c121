"""After an author is forgotten, nothing that Vigie keeps, or said in Slack, holds their name, their
addresses or their words: searched through, byte by byte."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.domain.exchange import Exchange
from bot.domain.mention import Post
from bot.slack import ids
from bot.standin import Message
from tests.builders import NOW, a_fresh_post, a_post
from tests.journeys.conftest import Town, text_of

AUTHOR = "@ada@social.example"
SERVER = "https://social.example"
SAID = (
    "My lumo lamp is terrible, it burnt my desk in Lyon and I hate it.",
    "And the lumo shop was the worst: awful, rude, they hate their customers.",
    "Lumo again: horrible, a terrible smell of smoke since Tuesday.",
)
TRACES = (
    "@ada",
    "users/ada",
    "Lyon",
    "awful, rude",
    "smell of smoke",
    "burnt it as well",
)


def theirs(number: int, **changes: str) -> Post:
    """A status as Mastodon's address names its author twice."""
    return a_fresh_post(
        id=f"{SERVER}/users/ada/statuses/{number}",
        url=f"{SERVER}/@ada/{number}",
        author=AUTHOR,
        author_url=f"{SERVER}/@ada",
        source="forum",
        **changes,
    )


def traces_in(text: str) -> list[str]:
    shown = text.replace("\u200b", "")
    return [trace for trace in TRACES if trace in shown]


def files_with_traces(folder: Path) -> dict[str, list[str]]:
    """Every file of a folder that holds any."""
    found = {
        path.relative_to(folder).as_posix(): traces_in(path.read_bytes().decode(errors="replace"))
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {name: traces for name, traces in found.items() if traces}


def said_in_slack(town: Town) -> list[Message]:
    return [m for channel in ("#care", "#brand", "#admin") for m in town.standin.messages(channel)]


async def they_are_heard(town: Town) -> Message:
    """A complaint with a thread that somebody works, an insight in its words, an answer of theirs
    to somebody else: its card."""
    await town.poll("forum", theirs(1, text=SAID[0]))
    card = await town.card_says("burnt my desk")
    await town.camille.click(card, ids.CLAIM)
    await town.card_says("has this since")
    await town.poll("forum", theirs(2, text=SAID[1], thread=theirs(1).id))
    await town.until(lambda: any("rude" in line for line in town.thread(card)) or None)
    await town.poll("forum", theirs(3, text=SAID[2]))
    exchanges = town.services.records.exchanges
    answer = a_post(
        id=f"{SERVER}/users/ada/statuses/4", author=AUTHOR, text="Mine burnt it as well"
    )
    exchange = Exchange(conversation="4kd0sv", posts=(answer,), read=NOW)
    await town.services.records.commit([exchanges.put("4kd0sv", exchange)])
    return card


async def test_no_byte_of_the_folder_and_no_message_in_slack_tells_of_them(
    town: Town, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    await they_are_heard(town)
    await town.services.records.drop_days("mentions", date.min)  # all lies in files of its days
    assert len(files_with_traces(folder)) >= 4
    asked = await town.asked(town.margot, f"/vigie forget {AUTHOR}")
    await town.margot.click(asked, ids.FORGET)
    card = await town.card_says("removed on request")
    assert "deleted by its author" not in text_of(card)
    await town.until(lambda: not any(map(tells, said_in_slack(town))) or None)
    await town.until(lambda: not files_with_traces(folder) or None)
    told = await town.asked(town.camille, "/vigie queue")
    assert "Message retiré sur demande" in text_of(told)


def tells(message: Message) -> list[str]:
    return traces_in(message.text + text_of(message))
