"""Vigie: a lookout for your brand in Slack."""
