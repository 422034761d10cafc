"""Concilia, the desk of a committee that awards and follows public grants."""

__version__ = "0.1.0"
