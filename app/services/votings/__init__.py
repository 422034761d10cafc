"""Several votes on one point of the agenda: each is a point that stands below it, with all that a point has."""
