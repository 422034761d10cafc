"""Grants after they were given: cut to fit an area, planned anew, amended, paid, reported."""
