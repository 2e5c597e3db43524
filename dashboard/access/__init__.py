"""Who uses recscope, and what they may do."""
