"""Configurations as somebody writes them, for tests that read one."""

from __future__ import annotations

FORUM = """
[[sources]]
name = "forum"
kind = "feed"
url = "http://forum.example/feed"
"""


def a_watch(name: str = "Lumo", channel: str = "#brand", more: str = "") -> str:
    """A watch that looks for its own name, with `more` lines of settings."""
    return f"""
[[watches]]
name = "{name}"
query = "{name.lower()}"
channel = "{channel}"
{more}
"""


SMALL = f"{FORUM}{a_watch()}"
"""The least that Vigie can be run with: a source and a watch."""
