"""The journal read, and gestures taken back."""
