"""The framing of records, by properties: whatever happens to the bytes, sound records come back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.store.base import encoded
from bot.store.records import Change, Damage, Record, Stored, encode_record, scan_records

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT
DOCUMENTS = st.dictionaries(TEXT, SCALARS | st.lists(SCALARS, max_size=3), max_size=4)
STORED = st.builds(Stored, st.integers(1, 2**40), DOCUMENTS.map(encoded))
CHANGES = st.builds(Change, TEXT, TEXT, st.none() | STORED)
COMMITS = st.lists(st.lists(CHANGES, max_size=3), min_size=1, max_size=4)


def records_of(commits: list[list[Change]]) -> list[bytes]:
    return [encode_record(number, changes) for number, changes in enumerate(commits, 1)]


def sound(data: bytes) -> list[Record]:
    return [part for part in scan_records(data) if isinstance(part, Record)]


def damages(data: bytes) -> list[Damage]:
    return [part for part in scan_records(data) if isinstance(part, Damage)]


@given(COMMITS)
def test_what_was_encoded_is_scanned(commits: list[list[Change]]) -> None:
    expected = [Record(number, tuple(changes)) for number, changes in enumerate(commits, 1)]
    assert list(scan_records(b"".join(records_of(commits)))) == expected


@given(COMMITS, st.data())
def test_a_cut_loses_the_record_it_falls_in_and_calls_it_torn(
    commits: list[list[Change]], data: st.DataObject
) -> None:
    records = records_of(commits)
    whole = b"".join(records[:-1])
    kept = data.draw(st.integers(1, len(records[-1]) - 1))
    cut = whole + records[-1][:kept]
    assert sound(cut) == sound(whole)
    assert damages(cut) == [Damage(len(whole), len(cut), torn=True)]


@given(COMMITS, st.data())
def test_a_flipped_bit_costs_the_record_it_is_in_and_is_never_called_torn(
    commits: list[list[Change]], data: st.DataObject
) -> None:
    records = records_of(commits)
    hit = data.draw(st.integers(0, len(records) - 1))
    record = bytearray(records[hit])
    record[data.draw(st.integers(0, len(record) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    before, after = b"".join(records[:hit]), b"".join(records[hit + 1 :])
    damaged = before + bytes(record) + after
    assert sound(damaged) == sound(before) + sound(after)
    assert damages(damaged) == [Damage(len(before), len(before) + len(record), torn=False)]


@given(st.binary(max_size=200))
def test_any_bytes_are_accounted_for(data: bytes) -> None:
    parts = list(scan_records(data))
    assert all(isinstance(part, Damage) for part in parts)
    assert sum(part.end - part.start for part in damages(data)) == len(data)


def test_a_document_cannot_pass_for_a_record() -> None:
    forged = encode_record(7, [Change("mentions", "forged", None)]).decode()
    stored = Stored(1, encoded({"text": f"\n{forged}"}))
    record = bytearray(encode_record(1, [Change("mentions", "post", stored)]))
    record[0] ^= 1
    assert sound(bytes(record)) == []


def test_a_person_can_read_a_record() -> None:
    stored = Stored(3, encoded({"name": "Café « Acme »"}))
    lines = encode_record(12, [Change("watches", "acme", stored)]).decode().splitlines()
    assert lines[0].startswith("#v1 12 ")
    assert lines[1:] == [
        '{"table":"watches","id":"acme","version":3,"document":{"name":"Café « Acme »"}}'
    ]
