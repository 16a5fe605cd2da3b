"""All SQL about moments, memories and what they are made of. Every query takes the owner."""
