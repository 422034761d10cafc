"""Tables and values: what an archive holds. No Qt, no services."""
