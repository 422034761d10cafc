"""Sharing money: the arithmetic, splits, pots and scenarios."""
