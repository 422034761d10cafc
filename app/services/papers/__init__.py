"""Official papers: errata, what is left out of published copies, heading and texts of the office, prints."""
