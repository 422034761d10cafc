"""The room of vouchers: programmes, households, requests, firms; what is given, used and paid; the register."""
