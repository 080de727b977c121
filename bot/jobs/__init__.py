"""The clock that calls the services."""
