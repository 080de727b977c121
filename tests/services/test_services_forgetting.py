"""What is forgotten with an author besides their mentions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot.domain.alerts import Alert, NegativeReason, Over
from bot.domain.excess import Driver, DriverKind
from bot.domain.exchange import Exchange
from bot.domain.identity import id_of_mention
from bot.domain.outbox import note_delivery, notice_delivery
from bot.domain.severity import Graded, Ground
from bot.services import erasing, forgetting
from bot.services.base import Services
from bot.store.base import Key
from tests.builders import NOW, a_mention, a_post

ADA, GRACE = "@ada@social.example", "@grace@social.example"


async def test_answers_in_the_threads_of_others_go_and_theirs_stay(services: Services) -> None:
    records = services.records
    posts = (
        a_post(id="1", author=GRACE, text="My lamp died"),
        a_post(id="2", author=ADA, text="Mine too"),
        a_post(id="3", author=ADA.upper(), text="And again"),
    )
    exchange = Exchange(conversation="4kd0sv", posts=posts, read=NOW)
    await records.commit([records.exchanges.put("4kd0sv", exchange)])
    assert await forgetting.held(services, ADA) == (0, 2)
    assert await forgetting.forget(services, ADA) == (0, 2)
    kept = await records.exchanges.get("4kd0sv")
    assert kept is not None
    assert [post.author for post in kept.value.posts] == [GRACE]
    assert not await forgetting.held(services, ADA)


async def test_every_watch_and_source_lets_go_and_the_counts_stay(services: Services) -> None:
    records = services.records
    said = [("Lumo", "1", ADA), ("Rival", "1", ADA), ("Lumo", "2", GRACE)]
    mentions = [
        a_mention(
            id=id_of_mention(watch, "forum", post),
            watch=watch,
            post=a_post(id=post, source="forum", author=author),
        )
        for watch, post, author in said
    ]
    await records.commit([records.mentions.put(one.id, one) for one in mentions])
    assert await forgetting.forget(services, ADA) == (2, 0)
    kept = [await records.mentions.get(one.id) for one in mentions]
    assert [one.value.post.author if one else None for one in kept] == ["", "", GRACE]
    assert await records.mentions.count({"watch": "Lumo"}, "at", since=NOW - timedelta(9)) == 2


async def test_alerts_name_them_no_more_though_their_watch_is_gone(services: Services) -> None:
    records, post = services.records, a_post(author=ADA)
    reach = Ground(kind="reach", severity="high", value=90_000, words=(ADA,))
    over = Over(
        began=NOW, ended=NOW, mentions=9, peak_at=NOW, peak=5, themes=(), authors=3, posts=(),
        drivers=(a_driver("author", ADA), a_driver("copies", post.url), a_driver("theme", "lamp")),
    )  # fmt: skip
    alert = Alert(
        id="a1", kind="negative", watch="Gone", channel="#care", raised=NOW, over=over,
        reason=NegativeReason(score=-0.9, threshold=-0.5, words=()),
        graded=Graded(severity="high", grounds=(reach,)),
    )  # fmt: skip
    mention = a_mention(watch="Gone", post=post)
    await records.commit(
        [records.mentions.put(mention.id, mention), records.alerts.put(alert.id, alert)]
    )
    await forgetting.forget(services, ADA)
    kept = await records.alerts.get("a1")
    assert kept is not None
    assert ADA not in str(kept.value)
    assert post.url not in str(kept.value)
    assert kept.value.over
    assert [driver.what for driver in kept.value.over.drivers] == ["lamp"]


async def test_messages_that_quote_an_answer_or_name_them_are_changed_given_up_ones_too(
    services: Services,
) -> None:
    records, words = services.records, "My lamp burnt as well, all of it"
    answer = a_post(id="2", author=ADA, text=words)
    exchange = Exchange(conversation="4kd0sv", posts=(answer,), read=NOW)
    order = services.sequence
    note = note_delivery("m1", "#care", f"{ADA} wrote: “{words}”", order(), NOW)
    digest = notice_delivery("#care", f"{ADA} wrote 12 of 40", order(), NOW, about="digest")
    lost = notice_delivery("#care", f"“{words}”", order(), NOW, about="lost")
    said = [replace(note, state="sent"), replace(digest, state="sent")]
    given_up = replace(lost, state="dropped")
    await records.commit(
        [
            records.exchanges.put("4kd0sv", exchange),
            *(records.outbox.put(one.id, one) for one in (*said, given_up)),
        ]
    )
    await forgetting.forget(services, ADA)
    states = ("sent", "waiting", "dropped")
    kept = [
        one.value
        for state in states
        for one in await records.outbox.find({"state": state}, "order")
    ]
    assert ADA not in str(kept)
    assert "burnt" not in str(kept)
    assert [one.of for one in kept if one.kind == "amend"] == [note.id, digest.id]


def a_driver(kind: DriverKind, what: str) -> Driver:
    return Driver(kind=kind, what=what, seen=5, usual=0.0, share=0.5, authors=1)


async def test_a_note_that_goes_out_while_its_words_are_looked_for_is_struck_as_well(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = services.records
    mention = a_mention(
        id=id_of_mention("Lumo", "forum", "1"),
        post=a_post(id="1", source="forum", author=ADA, text="It burnt my desk in Lyon today"),
    )
    note = notice_delivery("#care", f"New: {mention.post.text}", services.sequence(), NOW)
    await records.commit(
        [records.mentions.put(mention.id, mention), records.outbox.put(note.id, note, 0)]
    )
    find = records.outbox.find

    async def found_as_it_goes_out(equal: Mapping[str, Key], *args: Any, **more: Any) -> Any:
        found = await find(equal, *args, **more)
        kept = await records.outbox.get(note.id)
        if kept and kept.value.state == "waiting":
            said = replace(kept.value, state="sent", posted_to="C1", ts="1.1")
            await records.commit([records.outbox.put(said.id, said, kept.version)])
        return found

    monkeypatch.setattr(records.outbox, "find", found_as_it_goes_out)
    await erasing.erase(services, "Lumo", "forum", ["1"])
    kept = await records.outbox.get(note.id)
    assert kept is not None
    assert kept.value.state == "sent"
    assert "Lyon" not in kept.value.text
