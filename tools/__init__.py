"""Tools for those who work on Concilia; no part of the program."""
