"""All SQL about places."""
