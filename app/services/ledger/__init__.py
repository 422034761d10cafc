"""The ledger: its verbs, its accounts, what it is read as."""
