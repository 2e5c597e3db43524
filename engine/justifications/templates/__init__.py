"""The fixed words, one file a language."""
