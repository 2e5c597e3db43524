"""What another policy would have earned on a log: estimators, intervals, and their limits."""
