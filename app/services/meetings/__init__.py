"""Committees and meetings, from convocation to approved minutes."""
