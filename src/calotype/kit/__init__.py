"""A handful of pure helpers. No domain word may appear here."""
