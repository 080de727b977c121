"""How a body is signed and sent, ready to be copied. Pure."""

from __future__ import annotations

from bot.sources.sent.signature import SIGNATURE, TIMESTAMP

_BODY = '[{"id": "1", "text": "A post.", "at": "\'"$(date -u +%FT%TZ)"\'"}]'

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
body = json.dumps([{{"id": "1", "text": "A post.", "at": now}}]).encode()
stamp = str(int(time.time()))
signed = hmac.new(os.environ["{secret}"].encode(), f"v0:{{stamp}}:".encode() + body, hashlib.sha256)
request = urllib.request.Request("{address}", body, {{
    "Content-Type": "application/json",
    "{timestamp}": stamp,
    "{signature}": "v0=" + signed.hexdigest(),
}})
print(urllib.request.urlopen(request).read().decode())\
"""


def curl_line(address: str, secret: str) -> str:
    """Lines of a shell that send a post to an address; `secret` is the variable that holds it."""
    return _CURL.format(
        body=_BODY, address=address, secret=secret, timestamp=TIMESTAMP, signature=SIGNATURE
    )


def python_lines(address: str, secret: str) -> str:
    """The same in Python, with what comes with it."""
    return _PYTHON.format(address=address, secret=secret, timestamp=TIMESTAMP, signature=SIGNATURE)
