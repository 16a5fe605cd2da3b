"""What we ask of the outside. A port is a folder; its adapters are the files in it."""
