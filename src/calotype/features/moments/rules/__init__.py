"""How moments are found, kept and named: pure, on arrays of one owner's photos."""
