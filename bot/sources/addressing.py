"""The addresses of posts, as people can open them. Pure."""

from __future__ import annotations

from urllib.parse import parse_qs, urljoin, urlsplit

_LONGEST = 2_000


def web_address(address: str, base: str = "") -> str:
    """An absolute http(s) address, `""` where it is none; `base` is what a relative one is of."""
    written = address.strip()
    try:
        whole = urljoin(base, written) if base and written else written
        parts = urlsplit(whole)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return whole if usable and whole.isprintable() and len(whole) <= _LONGEST else ""


def is_elsewhere(address: str, base: str) -> bool:
    """Whether an address leads out of the place that `base` is of, the last names of whose hosts
    are the same: blog.lumo.com and www.lumo.com are one place."""
    there, here = _place(address), _place(base)
    return bool(there and here) and there != here


def _place(address: str) -> str:
    try:
        names = (urlsplit(address).hostname or "").split(".")
    except ValueError:
        return ""
    short = len(names) > 2 and len(names[-2]) <= 3 and len(names[-1]) == 2  # lumo.co.uk
    return ".".join(names[-3 if short else -2 :])


def unwrapped(address: str) -> str:
    """Where a Google Alerts link leads (`google.com/url?url=…`); any other as it is."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if parts.path != "/url" or not (host == "google.com" or host.startswith("www.google.")):
            return address
        asked = parse_qs(parts.query)
    except ValueError:
        return address
    inner = next((asked[name][0] for name in ("url", "q") if name in asked), "")
    return web_address(inner) or address
