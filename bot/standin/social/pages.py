"""Plain HTML pages, so that every link to the small social web opens. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from bot.standin.social.posts import Published

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1.05rem/1.55 system-ui, sans-serif; max-width: 42rem; margin: 2.5rem auto;
  padding: 0 1.2rem; }
article { border: 1px solid #8884; border-radius: .7rem; padding: .4rem 1.2rem; margin: 1rem 0; }
.by, footer { opacity: .7; font-size: .9rem; }
"""


def post(place: str, one: Published, before: Published | None, answers: Sequence[Published]) -> str:
    """The page of a post, with what it answers above it and its answers below."""
    parts = [
        f'<p class="by">in answer to {_link(before)}</p>' if before else "",
        _article(one),
        f"<h2>Answers ({len(answers)})</h2>" if answers else "",
        *map(_article, answers),
    ]
    return _page(place, one.draft.title or f"{one.draft.author.name} at {place}", parts)


def front(place: str, newest: Sequence[Published]) -> str:
    """A place's front page: its newest posts first."""
    return _page(place, place, [f"<h1>{escape(place)}</h1>", *map(_article, newest)])


def missing(place: str) -> str:
    """The page for an address where no post is."""
    return _page(place, "No such post", ["<h1>No such post</h1>"])


def paragraphs(text: str) -> str:
    """Plain text as HTML paragraphs; a single line end becomes a break."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in blocks)


def _article(one: Published) -> str:
    draft, author = one.draft, one.draft.author
    title = f"<h3>{escape(draft.title)}</h3>" if draft.title else ""
    when = f"{one.at:%d %B %Y, %H:%M} UTC"
    return (
        f'<article lang="{draft.language}">{title}{paragraphs(draft.text)}'
        f'<p class="by">{escape(author.name)} (@{escape(author.handle)}), '
        f'<a href="{escape(one.url)}">{when}</a></p></article>'
    )


def _link(one: Published) -> str:
    return f'<a href="{escape(one.url)}">{escape(one.draft.title or one.draft.author.name)}</a>'


def _page(place: str, title: str, parts: Sequence[str]) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f'<p class="by"><a href="/">{escape(place)}</a></p>{"".join(parts)}'
        "<footer>A made-up place with made-up people, on your own machine.</footer></html>"
    )
