"""The header of a JPEG XL codestream (ISO/IEC 18181-1, clauses A and D): size, orientation, animation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from calotype.media.boxes import iterate_file_boxes

_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))  # of width to height, codes 1..7


@dataclass(frozen=True)
class JxlHeader:
    """Stored size (before the orientation 1..8 is applied), animation and number of extra channels."""

    width: int
    height: int
    orientation: int
    is_animated: bool
    extra_channels: int


class _Bits:
    """Bits of a codestream, least significant first."""

    def __init__(self, data: bytes) -> None:
        self._bits = int.from_bytes(data, "little")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise EOFError
        value = self._bits & ((1 << count) - 1)
        self._bits >>= count
        return value

    def u32(self, *choices: tuple[int, int]) -> int:
        """Read a U32 of four (constant, bits) choices."""
        constant, count = choices[self.take(2)]
        return constant + self.take(count)


def read_header(file: BinaryIO) -> JxlHeader | None:
    """Return the header of a bare or boxed JPEG XL file, None when it is unusable."""
    file.seek(0)
    stream = file.read(256)
    if stream[:2] != b"\xff\x0a":
        stream = b""
        for kind, payload in iterate_file_boxes(file, frozenset({b"jxlc", b"jxlp"})):
            stream = (payload if kind == b"jxlc" else payload[4:])[:256]
            break
    if stream[:2] != b"\xff\x0a":
        return None
    try:
        return _read_codestream(_Bits(stream[2:]))
    except EOFError:
        return None


def _read_size(bits: _Bits) -> tuple[int, int]:
    def side() -> int:
        return 1 + bits.u32((0, 9), (0, 13), (0, 18), (0, 30))

    is_small = bits.take(1)
    height = (bits.take(5) + 1) * 8 if is_small else side()
    ratio = bits.take(3)
    if ratio:
        numerator, denominator = _RATIOS[ratio - 1]
        return height * numerator // denominator, height
    return ((bits.take(5) + 1) * 8 if is_small else side()), height


def _read_codestream(bits: _Bits) -> JxlHeader:
    width, height = _read_size(bits)
    orientation, is_animated, extra_channels = 1, False, 0
    if bits.take(1):  # all metadata as usual
        return JxlHeader(width, height, orientation, is_animated, extra_channels)
    if bits.take(1):  # extra fields
        orientation = bits.take(3) + 1
        if bits.take(1):
            _read_size(bits)  # intrinsic size
        if bits.take(1):
            _skip_preview(bits)
        is_animated = bool(bits.take(1))
        if is_animated:
            bits.u32((100, 0), (1000, 0), (1, 10), (1, 30))
            bits.u32((1, 0), (1001, 0), (1, 8), (1, 10))
            bits.u32((0, 0), (0, 3), (0, 16), (0, 32))
            bits.take(1)
    if bits.take(1):  # floating point samples
        bits.u32((32, 0), (16, 0), (24, 0), (1, 6))
        bits.take(4)
    else:
        bits.u32((8, 0), (10, 0), (12, 0), (1, 6))
    bits.take(1)  # modular 16 bit buffers
    extra_channels = bits.u32((0, 0), (1, 0), (2, 4), (1, 12))
    return JxlHeader(width, height, orientation, is_animated, extra_channels)


def _skip_preview(bits: _Bits) -> None:
    def side(*choices: tuple[int, int]) -> int:
        return bits.u32(*choices)

    is_div8 = bits.take(1)
    choices = ((16, 0), (32, 0), (1, 5), (33, 9)) if is_div8 else ((1, 6), (65, 8), (321, 10), (1345, 12))
    side(*choices)
    if not bits.take(3):
        side(*choices)
