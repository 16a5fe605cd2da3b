"""The column `photos.colours` for the index: which colours and tones of one photo are worth an entry.

3 regions x 11 names, a byte each, then a byte of tones, as `calotype.media.colours` writes it (a test holds the two
together; that module needs OpenCV, and whoever only indexes does not).
"""

NAMES = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
REGIONS = ("whole", "middle", "border")
TONES = ("bright", "dark", "night", "black_and_white", "sepia")  # bit 0 upwards
SHARES = len(NAMES) * len(REGIONS)
SIZE_BYTES = SHARES + 1

# A colour is worth an index entry from these shares on (of the region); ranking reads the shares themselves.
_OF_ALL, _IN_THE_MIDDLE, _BEHIND = 0.2 * 255, 0.15 * 255, 0.4 * 255


def colour_lexemes(stored: bytes) -> list[str]:
    """Return `c:red` (something in the picture), `b:blue` (what is behind it), `t:night`."""
    if len(stored) != SIZE_BYTES:
        return []
    count = len(NAMES)
    things = [name for at, name in enumerate(NAMES) if stored[at] >= _OF_ALL or stored[count + at] >= _IN_THE_MIDDLE]
    behind = [name for at, name in enumerate(NAMES) if stored[2 * count + at] >= _BEHIND]
    tones = [tone for bit, tone in enumerate(TONES) if stored[SHARES] >> bit & 1]
    return [*(f"c:{name}" for name in things), *(f"b:{name}" for name in behind), *(f"t:{tone}" for tone in tones)]
