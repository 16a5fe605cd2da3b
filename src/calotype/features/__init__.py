"""What the product does, a folder for each noun that the user says."""
