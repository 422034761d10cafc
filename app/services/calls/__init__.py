"""Calls: their terms and rules as versions, and judging by them."""
