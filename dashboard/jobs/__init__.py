"""Long work in processes of its own, with a table that outlives them all."""
