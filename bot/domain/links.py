"""Addresses as they are compared: what differs only in how it is written is one link."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

_TRACKING = frozenset({
    "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igsh", "igshid", "li_fat_id", "mc_cid",
    "mc_eid", "mkt_tok", "msclkid", "ref_src", "ref_url", "ttclid", "twclid", "wbraid", "yclid",
    "_hsenc", "_hsmi",
})  # fmt: skip
"""Parameters that tell who passed a link on, and nothing of what it leads to."""

_CAMPAIGN = ("utm_", "mtm_", "pk_")
"""The same of Google Analytics (support.google.com/analytics/answer/10917952) and of Matomo
(matomo.org/faq/reports/what-is-campaign-tracking-and-why-it-is-important)."""

_DEVICES = frozenset({"www", "m", "mobile", "amp"})

_PORTS = {"http": 80, "https": 443}
_WWW = re.compile(r"^(?:www\.)+(?=.)")


class _Address(NamedTuple):
    host: str
    path: str
    query: str


def canonical(url: str) -> str:
    """The one way of writing an address that all its ways share, `""` for what is no web address.

    Scheme (http is as good as https), `www.`, the port that goes without saying, slashes at the
    end, fragment and tracking parameters make no difference. Idempotent.
    """
    found = _read(url)
    return _written("https", "", found, "") if found else ""


def page(url: str) -> str:
    """The one address of a page that its addresses share, `""` for what is no web address: those
    that `canonical` knows, and those of what is made for telephones (`m.`, `mobile.`, `amp.`).

    For one source and one headline only: elsewhere `m.` may lead to another page. Idempotent.
    """
    found = _read(url)
    if found is None:
        return ""
    *names, place, ending = ["", *found.host.split(".")]
    kept = [name for name in names[1:] if name not in _DEVICES]
    host = ".".join([*kept, place, ending]) if names else ending
    return _written("https", "", found._replace(host=host), "")


def spellings(url: str) -> tuple[str, ...]:
    """The ways in which a source may have written this address: as it is here, then with either
    scheme, with `www.` or without, with a slash at the end or without; none for what is no web
    address."""
    found = _read(url)
    if found is None:
        return ()
    ways = (
        _written(scheme, www, found, slash)
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("", "/")
    )
    return tuple(dict.fromkeys((url.strip(), *ways)))


def host_of(url: str) -> str:
    """Where an address leads: its host in small letters, without `www.`; `""` where it has none."""
    found = _read(url)
    return found.host.partition(":")[0] if found and "[" not in found.host else ""


def _read(url: str) -> _Address | None:
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or any(map(str.isspace, url)):
        return None
    host = _WWW.sub("", parts.hostname.rstrip("."))
    if not host:
        return None
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port not in _PORTS.values():
        host = f"{host}:{port}"
    kept = [part for part in parts.query.split("&") if part and not _is_tracking(part)]
    return _Address(host, parts.path.rstrip("/"), "&".join(kept))


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_CAMPAIGN)


def _written(scheme: str, www: str, address: _Address, slash: str) -> str:
    host, path, query = address
    return f"{scheme}://{www}{host}{path}{slash}" + (f"?{query}" if query else "")
