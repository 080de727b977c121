"""What Slack asks: parse, acknowledge, call one service, render."""
