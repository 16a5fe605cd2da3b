"""All SQL about stacks. Every query takes the owner."""
