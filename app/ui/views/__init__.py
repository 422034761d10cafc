"""One view per room of the window."""
