"""Verbs: one gesture of the user is one function and one transaction. No Qt."""
