"""What Block Kit allows, and how Slack says no."""

from bot.standin.blocks.check import check_blocks, check_content, check_view

__all__ = ["check_blocks", "check_content", "check_view"]
