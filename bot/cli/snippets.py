"""How a body is signed and sent, ready to be copied. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.sources.sent.signature import SIGNATURE, TIMESTAMP

A_POST: dict[str, object] = {"id": "1", "text": "A post."}

A_SALE: dict[str, object] = {
    "id": "order-1",
    "kind": "sale",
    "value": 49.9,
    "currency": "EUR",
    "url": "https://shop.example/lamp?utm_campaign=autumn",
}

_CURL = """\
BODY='{body}'
STAMP=$(date +%s)
SIGN=$(printf 'v0:%s:%s' "$STAMP" "$BODY" | openssl dgst -sha256 -hmac "${secret}" | sed 's/.* //')
curl -sS '{address}' -H 'Content-Type: application/json' \\
  -H "{timestamp}: $STAMP" -H "{signature}: v0=$SIGN" --data-binary "$BODY"\
"""

_PYTHON = """\
import hashlib, hmac, json, os, time, urllib.request
from datetime import datetime, timezone

now = datetime.now(timezone.utc).isoformat()
body = json.dumps([{{{item}, "at": now}}]).encode()
stamp = str(int(time.time()))
signed = hmac.new(os.environ["{secret}"].encode(), f"v0:{{stamp}}:".encode() + body, hashlib.sha256)
request = urllib.request.Request("{address}", body, {{
    "Content-Type": "application/json",
    "{timestamp}": stamp,
    "{signature}": "v0=" + signed.hexdigest(),
}})
print(urllib.request.urlopen(request).read().decode())\
"""


def curl_line(address: str, secret: str, item: Mapping[str, object]) -> str:
    """Lines of a shell that send an item, of now, to an address; `secret` is the variable that
    holds it."""
    body = f"""[{{{_inside(item)}, "at": "'"$(date -u +%FT%TZ)"'"}}]"""
    return _CURL.format(
        body=body, address=address, secret=secret, timestamp=TIMESTAMP, signature=SIGNATURE
    )


def python_lines(address: str, secret: str, item: Mapping[str, object]) -> str:
    """The same in Python, with what comes with it."""
    return _PYTHON.format(
        item=_inside(item),
        address=address,
        secret=secret,
        timestamp=TIMESTAMP,
        signature=SIGNATURE,
    )


def _inside(item: Mapping[str, object]) -> str:
    """What stands between the braces of an object; JSON and Python write it alike."""
    return json.dumps(item).removeprefix("{").removesuffix("}")
