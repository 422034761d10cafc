"""Texts, formats and words in both languages."""
