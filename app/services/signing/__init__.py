"""Signed files of papers: handed out, read again, bound to what they were, verified; and what goes to preservation."""
