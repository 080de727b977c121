"""The places that Vigie polls; one file a kind of source."""
