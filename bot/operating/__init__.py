"""How Vigie itself is: told to whoever operates it, and to those who rely on it."""
