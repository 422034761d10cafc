"""Vouchers: programmes, requests, the ledger of vouchers, their settlement and their papers."""
