"""A text host that hears everything and answers nothing."""

import sys

if __name__ == "__main__":
    sys.stdin.buffer.read()
