"""All SQL about photos. Every query takes the owner; a photo of somebody else does not exist."""
