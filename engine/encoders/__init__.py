"""Encoders: vectors of what is known of items, whoever has them."""
