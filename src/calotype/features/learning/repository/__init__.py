"""All SQL of learning. Every query takes the owner."""
