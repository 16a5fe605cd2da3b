"""Reading a typed sentence: each module knows one family of phrases, `reader.py` puts them in order. Pure, no I/O."""
