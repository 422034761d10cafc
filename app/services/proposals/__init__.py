"""Proposals from receipt to closure: drafts, versions, states, economic plans."""
