"""The files beside the code that the demo is made of: Slack's manifest and the example."""

from __future__ import annotations

from pathlib import Path

import bot

_PACKAGE = Path(bot.__file__).parent


def shipped(name: str) -> str:
    """The text of a top-level file, from the checkout, or from inside an installed package."""
    for folder in (_PACKAGE.parent, _PACKAGE / "shipped"):
        if (folder / name).is_file():
            return (folder / name).read_text(encoding="utf-8")
    raise FileNotFoundError(f"{name} is neither in the checkout nor in the installed package")
