"""Workbooks that come from outside: guarded, read strictly, taken whole or not at all."""
