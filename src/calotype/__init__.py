"""Calotype: a photo library that understands pictures and never loses one."""

__version__ = "0.1.0"
