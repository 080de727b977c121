"""Files of posts: what spreadsheets and tools of several countries export."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.mention import Post
from bot.sources.sent.columns import columns_of
from bot.sources.sent.files import UnreadableFile, Written, opened
from bot.sources.sent.item import Field, Gone
from bot.sources.sent.lines import BadLine, Record, records
from bot.sources.sent.tables import Row, layout_of, rows
from bot.sources.sent.times import DayOrder
from tests.builders import NOW
from tests.sources.conftest import payload, payload_names

PARIS = ZoneInfo("Europe/Paris")


class Read:
    """What a file said: its posts, and what was bad."""

    def __init__(self, written: Written, items: list[Post | Gone | BadLine]) -> None:
        self.written = written
        self.posts = [item for item in items if isinstance(item, Post)]
        self.gone = [item.id for item in items if isinstance(item, Gone)]
        self.bad = {item.line: item.words for item in items if isinstance(item, BadLine)}


def read(
    folder: Path,
    content: str | bytes,
    name: str = "export.csv",
    told: Mapping[Field, str] | None = None,
    order: DayOrder | None = None,
) -> Read:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with opened(path, told, order) as file:
        items = list(file.items("import", NOW, PARIS))
        assert file.position == file.size
        return Read(file.written, items)


def test_a_table_with_a_mark_crlf_and_quoted_line_breaks(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        b"\xef\xbb\xbfDate,Author,Full Text,Likes,Retweets\r\n"
        b'2026-11-23T10:00:00Z,@ada,"A lumo,\r\n""bright""",3,"1,004"\r\n'
        b"\r\n"
        b"2026-11-23T11:00:00Z,@bob,Another lumo,,\r\n",
    )
    ada, bob = found.posts
    assert (ada.author, ada.text, ada.engagement) == ("@ada", 'A lumo,\n"bright"', 1007)
    assert (bob.at.hour, bob.engagement) == (11, 0)
    assert not found.bad
    assert not found.written.has_naive


def test_a_german_export_with_semicolons_and_its_own_times(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "sep=;\nVeröffentlicht am;Verfasser;Beitragstext;Gefällt mir\n"
        "23.11.2026 10:30;Jörg;Die Lumo; die ist schön;1.204\n"
        '23.11.2026 10:31;Jörg;"Die Lumo; die ist schön";1.204\n',
    )
    [post] = found.posts
    assert (post.author, post.text, post.engagement) == ("Jörg", "Die Lumo; die ist schön", 1204)
    assert (post.at.hour, post.at.minute) == (9, 31)
    assert found.bad == {3: "has 5 cells, and there are 4"}
    assert found.written.has_naive


def test_a_french_export_from_a_spreadsheet_of_windows(tmp_path: Path) -> None:
    content = "Date;Auteur;Texte\r\n23/11/2026 10:30;Zoé;L’été d’une lumo\r\n".encode("cp1252")
    found = read(tmp_path, content)
    [post] = found.posts
    assert (post.author, post.text) == ("Zoé", "L’été d’une lumo")
    assert found.written.encoding == "The file is not UTF-8 (line 2); it is read as Windows-1252."


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_table_with_tabs_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    content = "Date\tHit Sentence\tTitle\n2026-11-23T10:00:00Z\tDie schöne lumo\tNeu\n"
    [post] = read(tmp_path, content.encode(encoding)).posts
    assert (post.text, post.title) == ("Die schöne lumo", "Neu")


def test_a_few_torn_bytes_spoil_their_own_lines(tmp_path: Path) -> None:
    rows = [f"2026-11-23T10:0{n}:00Z,eine schöne lumo {n}".encode() for n in range(6)]
    rows[3] = rows[3].replace("ö".encode(), b"\xf6")
    found = read(tmp_path, b"\n".join([b"date,text", *rows]))
    assert len(found.posts) == 5
    assert found.bad == {5: "holds bytes that are not UTF-8"}


def test_the_names_of_columns_stand_under_a_preamble(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Report:,Lumo\nFrom:,2026-11-01\n\n"
        "Query Id,Date,Title,Snippet,Url\n"
        "12,2026-11-23 10:00:00,Lamps,A lumo,https://x.example/1\n",
    )
    [post] = found.posts
    assert (post.id, post.title, post.text) == ("https://x.example/1", "Lamps", "A lumo")
    assert found.written.unused == ("Query Id",)


def test_a_quotation_mark_that_is_never_closed_spoils_its_own_line(tmp_path: Path) -> None:
    rows = ["2026-11-23T10:00:00Z,a lumo"] * 3
    rows[1] = '2026-11-23T10:00:00Z,"a lumo'
    found = read(tmp_path, "\n".join(["date,text", *rows, *(["2026-11-23T10:00:00Z,lumo"] * 900)]))
    assert found.bad == {3: "a quotation mark opens here and is never closed"}
    assert len(found.posts) == 902


def test_columns_that_nobody_can_guess_are_asked_for_and_can_be_named(tmp_path: Path) -> None:
    content = "When,Who,What\n2026-11-23T10:00:00Z,ada,a lumo\n"
    with pytest.raises(UnreadableFile, match=r"“When”, “Who”, “What”.*--map text=… --map at=…"):
        read(tmp_path, content)
    [post] = read(tmp_path, content, told={"text": "what", "at": "When", "author": "Who"}).posts
    assert (post.text, post.author) == ("a lumo", "ada")


def test_month_and_day_are_told_by_the_file_or_by_whoever_imports_it(tmp_path: Path) -> None:
    unclear = "date,text\n03/04/2026 10:00,a lumo\n"
    assert "say which" in read(tmp_path, unclear).bad[2]
    assert read(tmp_path, unclear, order="mdy").posts[0].at.month == 3
    clear = unclear + "27/04/2026 10:00,a lumo\n"
    assert [post.at.month for post in read(tmp_path, clear).posts] == [4, 4]


def test_html_that_an_export_left_is_taken_out_and_other_brackets_stay(tmp_path: Path) -> None:
    rows = ["see<br>this &amp; that", "a <3 lumo and 3 > 2"]
    content = "date,text\n" + "".join(f"2026-11-23T10:00:00Z,{row}\n" for row in rows)
    assert [post.text for post in read(tmp_path, content).posts] == ["see\nthis & that", rows[1]]


def test_json_lines_with_an_authors_own_object(tmp_path: Path) -> None:
    item = {
        "id": 7,
        "created_at": "Mon Nov 23 10:00:00 +0000 2026",
        "body": "a lumo",
        "user": {"name": "Ada", "followers_count": 12},
        "like_count": 3,
    }
    lines = [json.dumps(item), "", "{'a': 1}", "[1]", json.dumps({"id": 8, "deleted": True})]
    found = read(tmp_path, "\n".join(lines), "export.jsonl")
    [post] = found.posts
    assert (post.id, post.author, post.followers, post.engagement) == ("7", "Ada", 12, 3)
    assert found.gone == ["8"]
    assert list(found.bad) == [3, 4]


POSTS = [{"id": f"{n}", "text": f"lumo {n}", "at": "2026-11-23T10:00:00Z"} for n in range(3)]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(POSTS),
        json.dumps(POSTS, indent=2),
        json.dumps({"meta": 1, "data": POSTS}, indent=2),
        "\n".join(json.dumps(post, indent=2) for post in POSTS),
        "\n".join(json.dumps(post) for post in POSTS),
        "\ufeff" + json.dumps(POSTS),
    ],
)
def test_json_of_every_layout_holds_the_same_posts(tmp_path: Path, content: str) -> None:
    found = read(tmp_path, content, "export.json")
    assert [post.id for post in found.posts] == ["0", "1", "2"]
    assert not found.bad


def test_an_array_that_is_broken_or_cut_keeps_what_can_be_read(tmp_path: Path) -> None:
    lines = [json.dumps(post) for post in POSTS]
    lines[1] = lines[1].replace(":", "::", 1)
    found = read(tmp_path, "[\n" + ",\n".join(lines) + ',\n{"id": "cut', "export.json")
    assert [post.id for post in found.posts] == ["0", "2"]
    assert list(found.bad) == [3, 5]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "holds nothing"),
        (b"\r\n\r\n", "holds nothing"),
        (b"PK\x03\x04....", "save its sheet as CSV"),
        (b"\x1f\x8b....", "unpack it first"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(
    tmp_path: Path, content: bytes, why: str
) -> None:
    with pytest.raises(UnreadableFile, match=why):
        read(tmp_path, content)


def test_nested_too_deep_is_bad_and_no_more(tmp_path: Path) -> None:
    deep = '{"text": ' + "[" * 10_000 + "]" * 10_000 + "}"
    found = read(tmp_path, deep + "\n" + json.dumps(POSTS[0]), "export.jsonl")
    assert (list(found.bad), len(found.posts)) == ([1], 1)
    found = read(tmp_path, f"[{deep},\n{json.dumps(POSTS[0])}]", "export.json")
    assert (list(found.bad), len(found.posts)) == ([1], 1)


CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\n'), max_size=9
)


@given(table=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_is_written_as_rfc_4180_says_is_read_again(table: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table]
    found = list(records("\r\n".join(quoted).splitlines(keepends=True), ","))
    wanted = [tuple(row) for row in table if any(cell.strip() for cell in row)]
    assert [record.cells for record in found if isinstance(record, Record)] == wanted


MUTABLE = [
    ("a.csv", b'date,text,author\n2026-11-23T10:00:00Z,"a ""lumo""\nlamp",ada\n' * 3),
    ("a.jsonl", b'{"at": "2026-11-23T10:00:00Z", "text": "a lumo", "n": {"b": [1, 2.5]}}\n' * 3),
    ("a.json", json.dumps(POSTS, indent=1).encode()),
    ("a.txt", "Datum;Inhalt\n23.11.2026 10:00;schöne lumo\n".encode("cp1252") * 3),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=st.sampled_from(MUTABLE),
    cut=st.integers(0, 300),
    patches=st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=4)), max_size=4),
)
def test_a_damaged_file_gives_posts_and_bad_lines_or_is_refused(
    tmp_path: Path, which: tuple[str, bytes], cut: int, patches: list[tuple[int, bytes]]
) -> None:
    name, content = which
    for place, patch in patches:
        content = content[:place] + patch + content[place + 1 :]
    try:
        found = read(tmp_path, content[: max(0, len(content) - cut)], name)
    except UnreadableFile:
        return
    for post in found.posts:
        assert post.id
        assert post.at <= NOW


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("import_csv", "csvs_*.csv"))
def test_the_tables_of_csv_spectrum_say_what_they_say_in_json(name: str) -> None:
    lines = payload(name).decode("utf-8", "surrogateescape").splitlines(keepends=True)
    layout = layout_of(lines, columns_of)
    assert layout
    told = json.loads(payload(name.replace("csvs_", "json_").replace(".csv", ".json")))
    wanted = told if isinstance(told, list) else [told]
    found = [row.values for row in rows(lines, layout) if isinstance(row, Row)]
    if "location" in name:  # of this one its makers give another telephone number in each form
        wanted[0].pop("Contact Phone Number")
        found = [{column: row[column] for column in wanted[0]} for row in found]
    assert found == json.loads(json.dumps(wanted).replace("\\r\\n", "\\n"))


@pytest.mark.payloads
@pytest.mark.parametrize("name", payload_names("import_jsonl") + payload_names("hostile_text"))
@pytest.mark.parametrize("ending", ["csv", "json", "jsonl", "txt"])
def test_no_recorded_file_does_harm_whatever_it_is_taken_for(
    tmp_path: Path, name: str, ending: str
) -> None:
    try:
        found = read(tmp_path, payload(name), f"it.{ending}")
    except UnreadableFile:
        return
    assert all(post.at <= NOW for post in found.posts)
