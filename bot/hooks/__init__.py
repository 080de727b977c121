"""The webhook: it listens for the posts that tools send."""
