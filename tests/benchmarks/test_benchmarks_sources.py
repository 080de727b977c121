"""The benchmark of the adapters, over a folder that it has never seen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.sources import main

RSS = """<rss version="2.0"><channel><title>F</title>
<item><title>Lumo</title><guid>1</guid><link>https://a.example/1</link></item>
<item><title>Lumo again</title><guid>2</guid><link>https://a.example/2</link></item>
<item> </item></channel></rss>"""


@pytest.fixture
def payloads(tmp_path: Path) -> Path:
    for name, body in {
        "feeds_made_up/two.xml": RSS,
        "feeds_made_up/page.html": "<html>no feed</html>",
        "mastodon/gone.body.json": '{"error": "Record not found"}',
        "mastodon/gone.meta.json": '{"status": 404, "response_headers": {"X-A": "é"}}',
        "unheard_of/a.bin": "\0",
    }.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(body, encoding="utf-8")
    return tmp_path


def test_it_prints_one_object(payloads: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--payloads", str(payloads), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["files"], found["posts"], found["exceptions"]) == (4, 2, 0)
    assert (found["without_id"], found["bad_dates"], found["feed_recall"]) == (0, 0, 1.0)
    assert found["refused"] == 2


def test_it_says_what_an_adapter_refused(
    payloads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--payloads", str(payloads), "--each"])
    told = capsys.readouterr().out
    assert "page.html: This is a web page" in told
    assert "unheard_of" in told
