"""Other ways to serve what a model has learned: nearest items by an index, weights in one byte."""
