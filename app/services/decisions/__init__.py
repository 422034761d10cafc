"""Decisions: what they do, on paper and in the ledger."""
