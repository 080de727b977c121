"""What `kill -9` costs: `python benchmarks/kills.py [--kills N] [--seed N] [--json]`.

`vigie run`, or `vigie serve`, is killed so many times in the middle of the demo's crisis, and
started again each time. The table says how many mentions, alerts and clicks were lost and how many
came twice, and where the kills came; the command fails where anything was lost or came twice.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.killing import Tally, killed
from benchmarks.moments import PLACES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300, metavar="N")
    parser.add_argument("--seed", type=int, default=11, metavar="N")
    parser.add_argument("--json", action="store_true", help="one object in place of a table")
    asked = parser.parse_args()
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # it wonders at sockets that are cut
    with (
        TemporaryDirectory() as folder,
        Progress(console=Console(stderr=True), disable=asked.json) as progress,
    ):
        bar = progress.add_task("kill -9", total=asked.kills)
        run = killed(asked.kills, asked.seed, Path(folder), lambda: progress.advance(bar))
        tally = asyncio.run(run)
    print(msgspec.json.encode(tally).decode()) if asked.json else Console().print(table(tally))
    sys.exit(not tally.is_clean)


def table(tally: Tally) -> Table:
    """What it came to, as people read it."""
    drawn = Table("", "of", "number", title=f"{tally.kills} kills, seed {tally.seed}")
    for what, of, number in (
        ("mentions lost", tally.posts, tally.mentions_lost),
        ("alerts lost", tally.posts, tally.alerts_lost),
        ("shown twice", tally.posts, tally.shown_twice),
        ("marked as a possible repeat", tally.posts, tally.marked_repeats),
        ("clicks lost", tally.clicks_acknowledged, tally.clicks_lost),
        ("clicks carried out twice", tally.clicks, tally.clicks_twice),
        ("lives over HTTP", tally.kills, tally.over_http),
        ("lives begun as a whole", tally.kills, tally.whole),
        *((f"killed {where}", tally.kills, tally.caught.get(where, 0)) for where in PLACES),
        ("killed elsewhere than aimed", tally.kills, tally.missed),
    ):
        drawn.add_row(what, f"{of:,}", f"{number:,}")
    drawn.caption = f"{tally.seconds:,.0f} seconds"
    return drawn


if __name__ == "__main__":
    main()
