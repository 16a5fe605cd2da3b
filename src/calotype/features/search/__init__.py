"""Search: a sentence in, photos out, with the reasons."""

from calotype.features.search.indexing import index_photo

__all__ = ["index_photo"]
