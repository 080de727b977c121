"""An SVG as pixels, by resvg: for Slack, which shows no SVG."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

import resvg_py

FONT = "DejaVu Sans"

_ZOOM = 2.0
"""Pixels for each of the picture's own, as phones have them."""


def png(svg: str) -> bytes:
    """The picture in its light colours; some 0.1 s, in which nobody else runs on this thread.

    Its letters are Vigie's own; those of other scripts are looked for in the system's fonts. Raises
    ValueError where it is no SVG.
    """
    with as_file(files("bot.pictures") / "fonts" / "DejaVuSans-Vigie.ttf") as font:
        return resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=_ZOOM,
            font_files=[str(font)],
            font_family=FONT,
            sans_serif_family=FONT,
            skip_system_fonts=all(map(_has_letter, svg)),
        )


@cache
def _has_letter(letter: str) -> bool:
    """Whether our own font holds a letter: Latin, Greek, Cyrillic, and what stands between."""
    code = ord(letter)
    return code < 0x180 or 0x384 <= code < 0x3CF or 0x400 <= code < 0x460 or 0x2000 <= code < 0x2270
