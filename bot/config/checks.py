"""What a single setting must be like.

Each function answers with what would be right, or `""` where the setting is.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.domain.duration import duration

LONGEST_NAME = 60
LONGEST_CHANNEL = 80

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,}")

LAST_PORT = 65535

_LISTEN = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:\[\]/]+):(?P<port>\d{1,5})")


def name_fault(name: str) -> str:
    """A name is one short line, written as it is when its words are typed in a command."""
    if not name.strip():
        return "is empty"
    if len(name) > LONGEST_NAME or not name.isprintable():
        return f"is one line of at most {LONGEST_NAME} characters"
    if name != (tidy := " ".join(name.split())):
        return f"has spaces too many; write “{tidy}”"
    return ""


def watch_name_fault(name: str) -> str:
    """A watch's name holds no word that `/vigie mute` would take for how long."""
    if fault := name_fault(name):
        return fault
    if period := next((word for word in name.split() if duration(word)), None):
        return f"“{period}” reads as a length of time, and a command would take it for one"
    return ""


def channel_fault(channel: str) -> str:
    """A channel is "#name" as Slack allows names, or a channel's id."""
    if _CHANNEL_ID.fullmatch(channel):
        return ""
    name = channel.removeprefix("#")
    if not channel.startswith("#") or not name:
        return _like_a_channel("is a channel", name)
    if len(name) > LONGEST_CHANNEL:
        return f"is at most {LONGEST_CHANNEL} characters long"
    if name != name.lower() or "#" in name or not name.isprintable() or " " in name:
        return _like_a_channel("is in small letters, without spaces", name)
    return ""


def _like_a_channel(rule: str, name: str) -> str:
    """The rule, with a name that keeps it."""
    near = "-".join(re.findall(r"\w+", name.lower()))[:LONGEST_CHANNEL]
    return f"{rule}: “#{near or 'brand'}”, or an id such as C0123456789"


def host_and_port(written: str) -> tuple[str, int] | None:
    """Where to listen, such as `127.0.0.1:8124` or `[::1]:8124`; None where it is no such place."""
    found = _LISTEN.fullmatch(written)
    if found is None or int(found["port"]) > LAST_PORT:
        return None
    return found["host"].strip("[]"), int(found["port"])


def address_fault(url: str) -> str:
    """An address is http or https, with a host that has no spaces and a port that there is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "is no address"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "is an address that starts with https:// or http://"
    if url != url.strip() or not url.isprintable() or " " in parts.netloc:
        return "has a space where an address has none"
    try:
        _ = parts.port
    except ValueError:
        return "has a port that is no number up to 65535"
    return ""
