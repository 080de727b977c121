"""What Vigie says to Slack."""
