"""Data sets that people bring: received within bounds, checked, kept apart by their owner."""
