"""Each remedy taken out of a copy of the checkout, to see that a test notices.

`benchmarks/remedies.toml` names them: for each trap of the libraries Vigie is made of, and for each
promise it gives, what stands in the code against it. A test that passes without its remedy is no
test of it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[1]
LIST = ROOT / "benchmarks" / "remedies.toml"

PATIENCE = 600.0
"""Seconds for the tests of one remedy; without it they may wait for what never comes."""

FAILED = 1
"""pytest's word that tests ran and some failed; others say that none could be run."""

_LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "site", "dist")


class Remedy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is `of` a trap or a promise: `has` stands in `file` once, and holds it off; `without`
    is what stood there if nobody had thought of it. One of `tests` fails then at least."""

    of: str
    file: str
    has: str
    without: str
    tests: tuple[str, ...]

    def taken_out(self, source: str) -> str:
        """The source without it. Raises ValueError where it does not stand there once."""
        if (times := source.count(self.has)) != 1:
            raise ValueError(f"{self.file} has it {times} times: {self.has!r}")
        return source.replace(self.has, self.without)


class _List(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    remedies: tuple[Remedy, ...]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How the tests of one remedy went without it."""

    remedy: Remedy
    noticed: bool
    seconds: float
    words: str


def remedies(text: str) -> tuple[Remedy, ...]:
    """Those of a list. Raises msgspec.ValidationError where it is none."""
    return msgspec.convert(tomllib.loads(text), _List).remedies


def tried(found: Sequence[Remedy], copy: Path) -> Iterator[Outcome]:
    """Each remedy taken out of the copy of a checkout, its tests run, and put back."""
    for remedy in found:
        file = copy / remedy.file
        whole = file.read_text(encoding="utf-8")
        began = time.monotonic()
        try:
            file.write_text(remedy.taken_out(whole), encoding="utf-8")
            code, words = _run(copy, remedy.tests, "-x")
        except ValueError as error:
            code, words = 0, [str(error)]
        finally:
            file.write_text(whole, encoding="utf-8")
        yield Outcome(
            remedy=remedy,
            noticed=code == FAILED,
            seconds=round(time.monotonic() - began, 1),
            words=words[-1],
        )


def fails_anyway(tests: Sequence[str], copy: Path) -> tuple[str, ...]:
    """Those of the tests that fail with every remedy in its place; one that failed among the others
    (a busy machine) is asked once more, alone."""
    _, words = _run(copy, tests, "--maxfail=9999")
    failed = [test for test in tests if any(test in line for line in words)]
    return tuple(test for test in failed if _run(copy, [test], "-x")[0])


def _run(copy: Path, tests: Sequence[str], *options: str) -> tuple[int, list[str]]:
    """pytest's exit code for these tests in a copy, and the lines of what failed, or the last."""
    always = ("-rfE", "-n", "0", "-p", "no:cacheprovider", "-p", "no:randomly", "--timeout=60")
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter
            [sys.executable, "-m", "pytest", *always, *options, *tests],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return FAILED, ["it came to no end"]
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR "))]
    return done.returncode, failed or lines[-1:] or [done.stderr[-200:]]


def main() -> int:
    """Say of each remedy whether it is missed; 1 where one is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--of", default="", help='only these: "trap 4", "promise"')
    wanted = parser.parse_args().of
    found = [r for r in remedies(LIST.read_text(encoding="utf-8")) if r.of.startswith(wanted)]
    with tempfile.TemporaryDirectory(prefix="vigie-remedies-") as folder:
        copy = Path(folder) / "checkout"
        shutil.copytree(ROOT, copy, ignore=_LEFT_BEHIND)
        whole = sorted({test for remedy in found for test in remedy.tests})
        if failing := fails_anyway(whole, copy):
            print("these fail with every remedy in its place:", *failing, sep="\n  ")
            return 1
        unnoticed = 0
        for outcome in tried(found, copy):
            unnoticed += not outcome.noticed
            told = "missed" if outcome.noticed else "NOT MISSED"
            one = outcome.remedy
            print(f"{one.of:<10} {one.file:<34} {told:<10} {outcome.seconds:>6} s", flush=True)
            if not outcome.noticed:
                print(f"           {outcome.words}")
        print(f"{len(found)} remedies taken out, {len(found) - unnoticed} missed by a test")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
