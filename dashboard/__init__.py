"""Pages and the command line over the engine and the audits."""
