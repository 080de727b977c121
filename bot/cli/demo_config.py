"""The demo's configuration: the example, with the addresses of this moment."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.standin.social import SocialWeb

EXAMPLE = {
    "slack": "https://slack.com/api/",
    "forum": "https://forum.example.org/latest.rss",
    "magazine": "https://magazine.example.org/feed.atom",
    "mastodon": "https://mastodon.example.org",
    "hackernews": "https://hn.algolia.com",
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
    }


def demo_config(example: str, addresses: Mapping[str, str], store: str) -> str:
    """The text of config.example.toml with `addresses` (keys as in `EXAMPLE`) in their places.

    Polls come every two seconds instead of five minutes, loopback may be fetched, and `store` is
    the folder or the database. Raises ValueError where the example does not hold what is replaced.
    """
    changes = {f'"{EXAMPLE[name]}"': f'"{address}"' for name, address in addresses.items()}
    changes |= {
        'every = "5m"': 'every = "2s"',
        "allow_private_addresses = false": "allow_private_addresses = true",
        'store = "data"': f"store = {_quoted(store)}",
    }
    text = example
    for written, wanted in changes.items():
        if written not in text:
            raise ValueError(f"config.example.toml no longer holds {written}")
        text = text.replace(written, wanted)
    return text


def _quoted(text: str) -> str:
    """A TOML string, which is JSON's, but takes no surrogates and no bare DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
