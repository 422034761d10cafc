"""Evaluation: grids, sheets of points, what they come to."""
