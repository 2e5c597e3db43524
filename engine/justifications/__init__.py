"""The reason in words, built from an explanation."""
