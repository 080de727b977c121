"""How a tool proves that a body is its own: an HMAC over time and body, as Slack signs its requests
(https://docs.slack.dev/authentication/verifying-requests-from-slack). Pure."""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from hashlib import sha256

WITHIN = timedelta(minutes=5)
"""How far the time of signing may be from now, either way: what was overheard is soon worthless."""

TIMESTAMP = "X-Vigie-Timestamp"
SIGNATURE = "X-Vigie-Signature"

_SIGNED = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)
_LONGEST = 12
"""Digits of a time: seconds until the year 33,658."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body, sent at `timestamp` (seconds since 1970, in digits)."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return f"v0={hmac.new(secret.encode(), signed, sha256).hexdigest()}"


def stamp_fault(timestamp: str, signed: str, now: datetime) -> str:
    """Why a body that comes under these headers need not be read, `""` where it may be its
    sender's own: `signature_fault` tells."""
    if not timestamp or not signed:
        return f"{TIMESTAMP} and {SIGNATURE} are needed: see `vigie hook`"
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _LONGEST):
        return f"{TIMESTAMP} is the time in seconds since 1970, in digits"
    if abs(int(timestamp) - now.timestamp()) > WITHIN.total_seconds():
        return f"{TIMESTAMP} is more than five minutes from now: set the clock, and sign anew"
    if not _SIGNED.fullmatch(_lower(signed)):
        return f"{SIGNATURE} is v0= and 64 digits of hex"
    return ""


def signature_fault(secret: str, timestamp: str, signed: str, body: bytes, now: datetime) -> str:
    """Why a body is not taken for its sender's own, `""` where it is. What a true signature would
    be is compared in a time that tells nothing of it."""
    if fault := stamp_fault(timestamp, signed, now):
        return fault
    if not hmac.compare_digest(signature(secret, timestamp, body), _lower(signed)):
        return f"{SIGNATURE} does not fit: is the secret the same, and the body as it was signed?"
    return ""


def _lower(signed: str) -> str:
    """Some tools write hex in capitals."""
    return signed.strip().lower()
