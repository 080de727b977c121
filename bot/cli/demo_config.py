"""The demo's configuration: the example, with the addresses of this moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from bot.domain.hours import WEEKDAYS
from bot.standin.social import SocialWeb
from bot.standin.social.courier import free_port
from bot.standin.social.loopback import HOST

EXAMPLE = {
    "slack": "https://slack.com/api/",
    "forum": "https://forum.example.org/latest.rss",
    "magazine": "https://magazine.example.org/feed.atom",
    "mastodon": "https://mastodon.example.org",
    "hackernews": "https://hn.algolia.com",
    "hooks": "127.0.0.1:8124",
    "operate": "127.0.0.1:9124",
}
"""The addresses in config.example.toml, by what stands behind them."""


def addresses_of(api_url: str, social: SocialWeb) -> dict[str, str]:
    """Where the workspace's Web API and the places of the small social web are just now."""
    forum, magazine = social.feed_urls
    return {
        "slack": api_url,
        "forum": forum,
        "magazine": magazine,
        "mastodon": social.mastodon_url,
        "hackernews": social.hackernews_url,
        "hooks": social.tool.courier.address,
        "operate": f"{HOST}:{free_port()}",
    }


SAM, CAMILLE, MARGOT = "U0SAMCART1", "U0CAMILLE1", "U0MARGOT01"
"""Who lives in the workspace: two who answer, and their manager."""

OTHERS = """
[[watches]]
name = "Norda"
query = "norda"
channel = "#general"
sources = ["lumen.social", "Hacker News"]
negative_below = -1
spike_once_in = "365d"
also = []

[[watches]]
name = "Wake-up lights"
query = '"wake-up light" OR luminothérapie'
channel = "#general"
sources = ["lumen.social", "Hacker News"]
negative_below = -1
spike_once_in = "365d"
also = []
"""
"""A competitor and the trade, to compare with: they are counted, and nothing is told of them."""

TAGS = 'tags = ["lumo", "maisonlumo"]'
"""Left out, each watch has those that are made of its words."""

WEEK = json.dumps(WEEKDAYS)

AROUND_THE_CLOCK = time(0), time(0)

OPEN_FOR = timedelta(hours=12)


def hours_around(now: datetime) -> tuple[time, time]:
    """Opening hours within which `now` is, on its own clock, so that the demo is one of a working
    day whenever it is begun, and closes when it is made later by half a day."""
    opens = (now - timedelta(hours=1)).replace(minute=0)
    return opens.time(), (opens + OPEN_FOR).time()


def demo_config(
    example: str,
    addresses: Mapping[str, str],
    store: str,
    hours: tuple[time, time] = AROUND_THE_CLOCK,
) -> str:
    """The text of config.example.toml with `addresses` (keys as in `EXAMPLE`) in their places.

    Polls come every two seconds instead of five minutes, loopback may be fetched, the team are
    those who live in the workspace, who work on every day at these `hours`, and `store` is the
    folder or the database. Raises ValueError where the example does not hold what is replaced.
    """
    changes = {f'"{EXAMPLE[name]}"': f'"{address}"' for name, address in addresses.items()}
    changes |= {
        'every = "5m"': 'every = "2s"',
        "allow_private_addresses = false": "allow_private_addresses = true",
        'store = "data"': f"store = {_quoted(store)}",
        "admins = []": f'admins = ["{MARGOT}"]',
        "people = []": f'people = ["{SAM}", "{CAMILLE}"]',
        "members = []": f'members = ["{SAM}"]',
        'manager = ""': f'manager = "{MARGOT}"',
        'opens = "09:00"\ncloses = "18:00"\ncountry = "FR"': _hours(*hours),
        'days = ["mon", "tue", "wed", "thu", "fri"]  # working days': f"days = {WEEK}",
    }
    text = example
    for written, wanted in changes.items():
        if written not in text:
            raise ValueError(f"config.example.toml no longer holds {written}")
        text = text.replace(written, wanted)
    return text


def with_others(text: str) -> str:
    """A demo's configuration that watches others beside Lumo. Raises ValueError where the example
    does not hold what is replaced."""
    if TAGS not in text:
        raise ValueError(f"config.example.toml no longer holds {TAGS}")
    return text.replace(TAGS, f"# {TAGS}") + OTHERS


def _hours(opens: time, closes: time) -> str:
    return f'opens = "{opens:%H:%M}"\ncloses = "{closes:%H:%M}"\ncountry = ""'


def _quoted(text: str) -> str:
    """A TOML string, which is JSON's, but takes no surrogates and no bare DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
