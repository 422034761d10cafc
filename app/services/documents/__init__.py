"""Documents kept inside the archive."""
