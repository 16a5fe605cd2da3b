"""One file a stage, named for what it yields."""
