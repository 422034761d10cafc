"""The plan itself: its acts, sources, areas and what it declares."""
