"""Everything that is kept, after an author was forgotten: searched through in each store."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import msgspec
import psycopg
from msgspec.structs import replace

from bot.domain.alerts import Alert, NegativeReason, Over, TrackedReason
from bot.domain.conversation import AuditEvent
from bot.domain.drafts import Draft
from bot.domain.excess import Driver
from bot.domain.exchange import Exchange
from bot.domain.identity import author_key, id_of_mention
from bot.domain.insights import Insight, Voiced
from bot.domain.judgements import Judgement
from bot.domain.mention import Post
from bot.domain.outbox import note_delivery, notice_delivery
from bot.domain.severity import Graded, Ground
from bot.services import erasing, forgetting
from bot.services.base import Services
from bot.services.finding import title_of
from bot.store.base import Write
from bot.store.repositories import TABLES, Records, Repository
from tests.builders import NOW, a_conversation, a_mention, a_post
from tests.postgres import made

ADA, GRACE = "@ada@social.example", "@grace@social.example"
SERVER = "https://social.example"
WORDS = "My lamp burnt my desk in Lyon"
TRACES = ("@ada", "users/ada", "burnt", "Lyon")


def theirs(number: int) -> Post:
    return a_post(
        id=f"{SERVER}/users/ada/statuses/{number}",
        url=f"{SERVER}/@ada/{number}",
        source="forum",
        author=ADA,
        author_url=f"{SERVER}/@ada",
        text=f"{WORDS}, and that is number {number}",
    )


def an_alert(**changes: object) -> Alert:
    reach = Ground(kind="reach", severity="high", value=90_000, words=(ADA,))
    alert = Alert(
        id="a1", kind="negative", watch="Lumo", channel="#care", raised=NOW, mention="m1",
        conversation="c1", reason=NegativeReason(score=-0.9, threshold=-0.5, words=()),
        graded=Graded(severity="high", grounds=(reach,)),
    )  # fmt: skip
    return replace(alert, **changes)


def looked_back(post: Post) -> Over:
    drivers = (
        Driver(kind="author", what=ADA, seen=5, usual=0.0, share=0.5, authors=1),
        Driver(kind="copies", what=post.url, seen=5, usual=0.0, share=0.5, authors=4),
    )
    return Over(
        began=NOW, ended=NOW, mentions=9, peak_at=NOW, peak=5, themes=(), authors=3, posts=(),
        drivers=drivers,
    )  # fmt: skip


async def keep_all_kinds(services: Services) -> None:
    """A post of theirs, and its traces wherever it can leave any."""
    records, post = services.records, theirs(1)
    mention = a_mention(
        id=id_of_mention("Lumo", "forum", post.id), conversation="c1", post=post, at=NOW
    )
    event = AuditEvent(
        id="c1.1", conversation="c1", order=1, at=NOW, by="U1", deed="snooze",
        note=f"wait for {ADA}",
    )  # fmt: skip
    tracked = TrackedReason(by="U1", called="Sam", url=post.url, words=WORDS)
    exchange = Exchange(
        conversation="c1", posts=(post, theirs(2), a_post(id="9", url="", author=GRACE)), read=NOW,
        heard=(post.id, theirs(3).id, "9"),
    )  # fmt: skip
    insight = Insight(
        id="i1", title=WORDS, titled=mention.id, kind="wish", watch="Lumo", heard=NOW,
        first=NOW, reason=f"only {ADA} asks",
    )  # fmt: skip
    voiced = Voiced(
        id="v1", insight="i1", at=NOW, mention=mention.id, author=author_key("forum", ADA)
    )
    draft = Draft(id="d1", conversation="c1", by="U1", at=NOW, text=f"Dear {ADA}, sorry!")
    judged = Judgement(mention=mention.id, watch="Lumo", verdict="right", by="U1", at=NOW)
    order = services.sequence
    said = [
        note_delivery("a1", "#care", f"{ADA}: “{WORDS}”", order(), NOW),
        replace(notice_delivery("#care", f"Most from {ADA}", order(), NOW), state="sent"),
    ]
    writes: list[Write] = [
        records.mentions.put(mention.id, mention),
        records.conversations.put(
            "c1",
            a_conversation(id="c1", title=title_of(post), url=post.url, note=f"{ADA} is away"),
        ),
        records.audit.put(event.id, event),
        records.alerts.put("a1", an_alert(mention=mention.id, over=looked_back(post))),
        records.alerts.put("a2", an_alert(id="a2", reason=tracked)),
        records.exchanges.put("c1", exchange),
        records.insights.put("i1", insight),
        records.voiced.put("v1", voiced),
        records.drafts.put("d1", draft),
        records.judgements.put(mention.id, judged),
        *(records.outbox.put(one.id, one) for one in said),
    ]
    await records.commit(writes)


async def tables_with_traces(services: Services) -> set[str]:
    """The tables in which a document tells of them."""
    repositories = [one for one in vars(services.records).values() if isinstance(one, Repository)]
    assert {one.table for one in repositories} == {spec.name for spec in TABLES}
    found = set()
    for repository in repositories:
        async for kept in services.records.each(repository):
            text = msgspec.json.encode(kept.value).decode()
            if any(trace in text for trace in TRACES):
                found.add(repository.table)
    return found


async def test_no_document_tells_of_them_and_what_others_did_stays(here: Services) -> None:
    await keep_all_kinds(here)
    before = await tables_with_traces(here)
    assert before >= {"mentions", "alerts", "audit", "outbox", "exchanges", "drafts"}
    assert await forgetting.forget(here, ADA) == (1, 2)
    assert await tables_with_traces(here) == set()
    event = await here.records.audit.get("c1.1")
    exchange = await here.records.exchanges.get("c1")
    conversation = await here.records.conversations.get("c1")
    assert event is not None
    assert exchange is not None
    assert conversation is not None
    assert (event.value.deed, event.value.note) == ("snooze", "wait for […]")
    assert ([post.author for post in exchange.value.posts], exchange.value.heard) == (
        [GRACE],
        ("9",),
    )
    assert (conversation.value.what, conversation.value.title) == ("forgotten", "")


async def test_what_they_take_back_themselves_leaves_no_address_and_no_reach_of_theirs(
    services: Services,
) -> None:
    await keep_all_kinds(services)
    await erasing.erase(services, "Lumo", "forum", [theirs(1).id])
    alerts = [await services.records.alerts.get(id) for id in ("a1", "a2")]
    told = [kept.value for kept in alerts if kept]
    assert theirs(1).url not in str(told)
    assert told[0].graded.grounds[0].words == ()
    assert told[0].over
    assert [driver.what for driver in told[0].over.drivers] == [ADA]  # who wrote more than that


async def test_the_folder_holds_no_byte_of_them(services: Services, tmp_path: Path) -> None:
    await keep_all_kinds(services)
    await services.records.drop_days("mentions", date.min)  # all lies in files of its days
    assert len(files_with_traces(tmp_path)) >= 6
    await forgetting.forget(services, ADA)
    assert files_with_traces(tmp_path) == []


def files_with_traces(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [
        path.name for path in files if any(trace.encode() in path.read_bytes() for trace in TRACES)
    ]


async def test_no_row_of_a_database_tells_of_them_in_any_column(
    services: Services, postgres_schema: str
) -> None:
    store = await made(postgres_schema, TABLES)
    here = dataclasses.replace(services, records=Records(store))
    await keep_all_kinds(here)
    assert await rows_with_traces(postgres_schema)
    await forgetting.forget(here, ADA)
    assert await rows_with_traces(postgres_schema) == []
    await store.close()


async def rows_with_traces(url: str) -> list[str]:
    found: list[str] = []
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        for spec in TABLES:
            query = f'SELECT t::text FROM "{spec.name}" t'  # noqa: S608
            cursor = await connection.execute(query.encode())
            found += [
                f"{spec.name}: {row}"
                for (row,) in await cursor.fetchall()
                if any(trace in row for trace in TRACES)
            ]
    return found
