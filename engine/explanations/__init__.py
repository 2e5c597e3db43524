"""Why an item is on a list: contributions of the model that ranked it."""
