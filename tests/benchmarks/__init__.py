"""Speed against peers, turn and turn about in one run: ``make bench``."""
