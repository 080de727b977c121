"""What Vigie decides: pure functions over frozen values; `now` is an argument."""
