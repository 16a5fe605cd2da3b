"""The terminal: `calotype` and its commands, a file each. `main` is the installed command."""

from calotype.cli.app import main

__all__ = ["main"]
