"""Rows of the catalogue, one file a family; `audits.catalogue` joins them."""
