"""What Vigie shows in Slack: pure functions from values to Block Kit."""
