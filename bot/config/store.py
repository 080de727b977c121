"""Where Vigie keeps what it knows: a folder of its own, or a PostgreSQL that workers share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

SCHEMES = ("postgresql", "postgres")
"""How PostgreSQL's client library lets an address begin
(https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS)."""

_SECRET = {"password", "sslpassword", "passfile"}
"""Parameters of an address that are secret, or lead to what is."""

_LIKE = 'is a folder, such as "data", or an address, such as "postgresql://vigie@host/vigie"'


@dataclass(frozen=True)
class PostgresAddress:
    """The address of a database, as libpq takes it; `url` may hold a password, `str` does not."""

    url: str = field(repr=False)

    def __str__(self) -> str:
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        host = host or parse_qs(parts.query).get("host", [""])[0]
        shown = SplitResult(parts.scheme, f"{user.split(':')[0]}{at}{host}", parts.path, "", "")
        return urlunsplit(shown)

    def __repr__(self) -> str:
        return f"PostgresAddress({str(self)!r})"


def store_of(written: str, folder: Path) -> Path | PostgresAddress:
    """The place that a setting names; a relative folder starts at `folder`."""
    return PostgresAddress(written) if "://" in written else folder / written


def store_fault(written: str) -> str:
    """What would be right in the place of this setting, or `""` where it is; a password is not
    its affair (see `open_secret`)."""
    if not written.strip():
        return _LIKE
    if "\0" in written:
        return "holds a character that no path can have"
    return _address_fault(written) if "://" in written else ""


def _address_fault(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "has a host or a port that there cannot be"
    if parts.scheme not in SCHEMES:
        return _LIKE
    if url != url.strip() or not url.isprintable() or " " in url:
        return "has a space where an address has none; write it as %20"
    if not parts.hostname and "host" not in parse_qs(parts.query):
        return "names no host; “postgresql://vigie@host/vigie” does"
    if not parts.path.strip("/"):
        return "names no database; “postgresql://vigie@host/vigie” does"
    return ""


def open_secret(written: str) -> str:
    """What to do about a secret that stands in an address in the file, or `""` where none does."""
    if "://" not in written:
        return ""
    try:
        parts = urlsplit(written)
        secret = parts.password or _SECRET & parse_qs(parts.query).keys()
    except ValueError:
        return ""  # what is no address is told by `store_fault`
    words = "holds a password; secrets come from the environment: PGPASSWORD, or the whole address"
    return f"{words} as VIGIE_STORE" if secret else ""
