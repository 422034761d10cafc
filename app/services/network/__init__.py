"""Organisations, alliances, the agreement and the territory."""
