"""Chart functions: a frame in, an altair chart out."""
