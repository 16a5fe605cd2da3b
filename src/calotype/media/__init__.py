"""Pure knowledge of files: what a photo is, its pixels, its metadata, and what can be measured on it.

Nothing here knows a database, a network or a user. Images are arrays of ``uint8`` with the shape
(height, width, 3): RGB, upright, sRGB, C-contiguous.
"""
