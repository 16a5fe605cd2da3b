"""All SQL about people, faces and questions. Every query takes the owner."""
