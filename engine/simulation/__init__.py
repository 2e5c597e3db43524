"""Feedback loops: how people choose, rounds, arms."""
