"""Where Vigie keeps what it knows."""
