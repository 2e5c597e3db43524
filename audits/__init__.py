"""What a recommender does to people: measures, intervals, groups, verdicts."""
