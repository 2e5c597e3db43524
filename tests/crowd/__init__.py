"""Many people at once, as the server sees them: sessions that speak its protocol, no browser."""
