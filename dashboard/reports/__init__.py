"""Reports for people: the JSON is the report, these are renderings of it."""
