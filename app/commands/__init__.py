"""The commands of `concilia`: a module for each subject, in `table.py` their list."""
