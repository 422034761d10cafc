"""Papers and tables of vouchers: register, numbers, the voucher itself, letters."""
