"""Copies, restoring, drafts, the bin, and what is erased."""
