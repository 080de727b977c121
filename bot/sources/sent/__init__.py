"""Posts that are sent to Vigie instead of being asked for: by a tool's webhook, or in a file."""
