"""Pure array functions, one file a family of measures."""
