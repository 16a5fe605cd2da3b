"""All SQL about albums: those that people make, and those of the best. Every query takes the owner."""
