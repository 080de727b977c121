"""Targets held against whatever a fuzzer makes of them: `python -m tests.fuzz query --seconds 60`
(with atheris, github.com/google/atheris, on Linux; `make fuzz` runs each for a minute).

A finding is a file with the bytes, from which it is run again: `python -m tests.fuzz query FILE`.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
import tempfile
from pathlib import Path

SEEN = ["tests.fuzz.targets", "bot.domain", "bot.sources", "bot.slack", "bot.store"]
"""Whose branches the fuzzer sees, so that it finds its way into them."""


def main() -> None:
    """Run one target for a while, or on the files of earlier findings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=("query", "feed", "journal", "text"))
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    if options.files:
        target = importlib.import_module("tests.fuzz.targets").TARGETS[options.target]
        for file in options.files:
            target(file.read_bytes())
        return
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=SEEN):
        targets = importlib.import_module("tests.fuzz.targets")
    logging.disable()  # a journal tells of each damage
    corpus = Path(tempfile.mkdtemp(prefix="vigie-fuzz-"))
    for number, seed in enumerate(targets.seeds(options.target)):
        (corpus / str(number)).write_bytes(seed)
    limits = [f"-max_total_time={options.seconds}", "-max_len=4096", "-timeout=20"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], targets.TARGETS[options.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
