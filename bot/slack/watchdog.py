"""Whether a connection still hears Slack: told from its pongs, on a clock that only grows."""

from __future__ import annotations


class Hearing:
    """The last sign of life of one connection.

    The SDK's own judgement compares the wall clock with the time it wrote into its last ping. It
    fails where the wall clock is set back, and it forgets that time when it gives up. Here a sign
    of life is a pong that was not there at the look before; nothing else counts, an open socket
    least of all. All times are seconds of one monotonic clock.
    """

    def __init__(self, now: float) -> None:
        self._heard = now
        self._pong: float | None = None

    def silent_for(self, now: float, pong: float | None, *, connected: bool) -> float:
        """Seconds at `now` since the last sign of life, or since the beginning.

        `pong` is what the SDK keeps of its last ping-pong, and `connected` what it thinks of the
        connection.
        """
        if connected and pong is not None and pong != self._pong:
            self._heard = now
            self._pong = pong
        return now - self._heard


def pause_after(lived: float, pause: float, grace: float) -> float:
    """Seconds to wait before the next try, after a connection, or a failure, of `lived` seconds.

    Nothing after one that lived through the grace. Else the `pause` before it doubled, from a
    sixtieth of the grace up to all of it: apps.connections.open is of Tier 1, and a server that
    hangs up at once must not be called at once.
    https://docs.slack.dev/reference/methods/apps.connections.open
    """
    return 0.0 if lived >= grace else min(max(2 * pause, grace / 60), grace)
