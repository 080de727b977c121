"""The written pages: links lead somewhere, pictures can be read aloud, no page is left alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "benchmarks" / "README.md",
    *sorted(DOCS.rglob("*.md")),
)
FENCE = re.compile(r"^( *)(```+|~~~+).*?^ *\2 *$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#* *$", re.MULTILINE)
NAMED = re.compile(r"<a (?:id|name)=\"([^\"]+)\"")


def prose(text: str) -> str:
    """A page without what stands in code, where brackets mean something else."""
    return CODE.sub("", FENCE.sub("", text))


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading: small letters, no punctuation, hyphens for spaces.

    Source: the toc filter of github/html-pipeline, ``[^\\p{Word}\\- ]`` taken out.
    """
    shown = LINK.sub(r"\2", heading).replace("`", "").replace("*", "")
    return re.sub(r"[^\w\- ]", "", shown.strip().lower()).replace(" ", "-")


def anchors_of(text: str) -> frozenset[str]:
    """Every anchor of a page; a heading that comes again is numbered, ``-1`` for the second."""
    seen: dict[str, int] = {}
    anchors = set(NAMED.findall(text))
    for heading in HEADING.findall(FENCE.sub("", text)):
        anchor = slug(heading)
        again = seen[anchor] = seen.get(anchor, -1) + 1
        anchors.add(f"{anchor}-{again}" if again else anchor)
    return frozenset(anchors)


@cache
def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def anchors_in(page: Path) -> frozenset[str]:
    return anchors_of(read(page))


def inner_links(page: Path) -> list[tuple[str, Path, str]]:
    """The links of a page that stay in the repository: as written, the file, the anchor or ''."""
    links = []
    for _, _, target in LINK.findall(prose(read(page))):
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        links.append((target, file, unquote(parts.fragment)))
    return links


def leaves(nav: object) -> Iterator[str]:
    """The pages of a navigation, however deep it is."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, dict):
        for inner in nav.values():
            yield from leaves(inner)
    elif isinstance(nav, list):
        for inner in nav:
            yield from leaves(inner)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def test_every_link_leads_to_a_file_of_the_repository_and_to_a_heading_in_it() -> None:
    broken = [
        f"{name(page)}: {target}"
        for page in PAGES
        for target, file, anchor in inner_links(page)
        if not file.exists()
        or not file.is_relative_to(ROOT)
        or (anchor and (file.suffix != ".md" or anchor not in anchors_in(file)))
    ]

    assert not broken


def test_every_picture_says_in_words_what_it_shows() -> None:
    silent = [
        f"{name(page)}: {target}"
        for page in PAGES
        for picture, words, target in LINK.findall(prose(read(page)))
        if picture and len(words.split()) < 3
    ]

    assert not silent


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    coming = [ROOT / "README.md"]
    while coming:
        page = coming.pop()
        if page in reached:
            continue
        reached.add(page)
        for _, file, _ in inner_links(page):
            at = file / "README.md" if file.is_dir() else file
            if at in PAGES:
                coming.append(at)

    assert not [name(page) for page in PAGES if page not in reached]


def test_the_site_has_every_page_in_its_navigation_and_no_other() -> None:
    site = tomllib.loads((DOCS / "zensical.toml").read_text(encoding="utf-8"))
    listed = {ROOT / page for page in leaves(site["project"]["nav"])}
    decisions = {page for page in PAGES if page.parent.name == "decisions"}

    assert listed == {*PAGES} - decisions | {DOCS / "decisions" / "README.md"}


def test_every_picture_in_docs_is_shown_or_named_by_a_page() -> None:
    used = {file for page in PAGES for _, file, _ in inner_links(page)}
    pictures = [p for p in DOCS.rglob("*") if p.suffix in {".png", ".svg"}]

    assert not [name(picture) for picture in pictures if picture not in used]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("How well spikes are found", "how-well-spikes-are-found"),
        ("What was answered is seen, not typed", "what-was-answered-is-seen-not-typed"),
        ("`vigie doctor`: ask it", "vigie-doctor-ask-it"),
        ("A – B", "a--b"),
        ("À l’intention de qui ?", "à-lintention-de-qui-"),
        ("See [the page](alerts.md)", "see-the-page"),
        ("bot_store", "bot_store"),
    ],
)
def test_a_heading_has_the_anchor_that_github_gives_it(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_the_second_heading_of_one_name_is_numbered_and_code_is_no_heading() -> None:
    assert anchors_of("# A\n## Again\n```sh\n# not one\n```\n## Again\n") == {
        "a",
        "again",
        "again-1",
    }
