"""The secrets that are shown to an API, and what is said of one that it refuses."""

from __future__ import annotations

from bot.errors import SourceRefused
from bot.sources.seen import digest


class Key:
    """A secret, and the `name` of the variable that it stands in; it shows in no `repr`."""

    def __init__(self, secret: str, name: str) -> None:
        self.secret = secret
        self.name = name

    @property
    def bearer(self) -> dict[str, str]:
        """The header that shows it as a bearer token (RFC 6750)."""
        return {"Authorization": f"Bearer {self.secret}"}

    @property
    def account(self) -> str:
        """Tells whose requests are counted together, and nothing of the secret."""
        return digest(self.secret, size=6)

    def refused(self, host: str) -> SourceRefused:
        """The error for a secret that the API does not take, or takes no more."""
        return SourceRefused("{variable} is refused by {host}.", variable=self.name, host=host)

    def lacks(self, host: str) -> SourceRefused:
        """The error for a secret that is good, and not for this."""
        return SourceRefused(
            "{host} knows {variable}, and does not allow it to read this: look at what it was "
            "approved for.",
            variable=self.name,
            host=host,
        )

    def __repr__(self) -> str:
        return f"Key({self.name})"
