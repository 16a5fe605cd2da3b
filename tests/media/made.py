"""Small files of each kind, made here, so that the tests are real without the shared photos."""

import io
import struct
from pathlib import Path

import numpy as np
import pillow_heif
import pillow_jxl  # noqa: F401 - teaches Pillow JPEG XL
from numpy.typing import NDArray
from PIL import ExifTags, Image

from calotype.media.sniff import MediaType

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 30), (30, 30, 220), (250, 250, 250)


def quarters(width: int = 96, height: int = 64) -> NDArray[np.uint8]:
    """A picture with a colour in each quarter: red, green / blue, white. It tells turned from upright."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = RED
    image[: height // 2, width // 2 :] = GREEN
    image[height // 2 :, : width // 2] = BLUE
    image[height // 2 :, width // 2 :] = WHITE
    return image


def noise(width: int, height: int, seed: int = 1) -> NDArray[np.uint8]:
    """A colourful picture without any plain area, smooth enough for lossy formats to keep."""
    small = np.random.default_rng(seed).integers(0, 256, (height // 20 + 2, width // 20 + 2, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))


def corners(image: NDArray[np.uint8]) -> list[str]:
    """The colours of the four quarters, row by row, by name."""
    height, width = image.shape[:2]
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
    found = []
    for y in (height // 4, height * 3 // 4):
        for x in (width // 4, width * 3 // 4):
            pixel = image[y, x].astype(int)
            found.append(min(names, key=lambda name: int(np.abs(pixel - names[name]).sum())))
    return found


UPRIGHT = ["red", "green", "blue", "white"]


def exif(orientation: int | None = None, **tags: object) -> bytes:
    """An EXIF block; tags by their name in `PIL.ExifTags.Base` (put where they belong) or ``gps`` with a dictionary."""
    block = Image.Exif()
    if orientation is not None:
        block[ExifTags.Base.Orientation] = orientation
    gps = tags.pop("gps", None)
    for name, value in tags.items():
        number = ExifTags.Base[name].value
        target = block.get_ifd(ExifTags.IFD.Exif) if number >= 0x829A and not 0x9C9B <= number <= 0x9C9F else block
        target[number] = value
    if gps:
        block.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return block.tobytes()


def encode(image: NDArray[np.uint8], media_type: MediaType, **options: object) -> bytes:
    """Encode an array as a kind of file."""
    if media_type is MediaType.DNG:
        return _encode_dng(image)
    defaults: dict[MediaType, dict[str, object]] = {
        MediaType.JPEG: {"format": "JPEG", "quality": 95, "subsampling": 0},
        MediaType.PNG: {"format": "PNG"},
        MediaType.WEBP: {"format": "WEBP", "lossless": True},
        MediaType.GIF: {"format": "GIF"},
        MediaType.TIFF: {"format": "TIFF"},
        MediaType.BMP: {"format": "BMP"},
        MediaType.HEIC: {"format": "HEIF", "quality": 95},
        MediaType.AVIF: {"format": "AVIF", "quality": 95},
        MediaType.JXL: {"format": "JXL", "lossless": True},
    }
    out = io.BytesIO()
    Image.fromarray(image).save(out, **{**defaults[media_type], **options})  # type: ignore[arg-type]
    return out.getvalue()


ENCODABLE = (
    MediaType.JPEG,
    MediaType.PNG,
    MediaType.WEBP,
    MediaType.GIF,
    MediaType.TIFF,
    MediaType.BMP,
    MediaType.HEIC,
    MediaType.AVIF,
    MediaType.JXL,
)


def swapped_profile() -> bytes:
    """An ICC profile like sRGB's (gamma 2.2) with red and blue in each other's place."""
    red, green, blue = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
    xyz = {b"rXYZ": blue, b"gXYZ": green, b"bXYZ": red, b"wtpt": (0.9642, 1.0, 0.8249)}
    tags = {name: b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in xyz[name]) for name in xyz}
    tags |= dict.fromkeys(
        (b"rTRC", b"gTRC", b"bTRC"), b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    )
    tags[b"desc"] = b"desc\0\0\0\0" + struct.pack(">I", 8) + b"Swapped\0" + bytes(80)
    tags[b"cprt"] = b"text\0\0\0\0none\0\0\0\0"
    table, data = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += name + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(data), len(value))
        data += value
    head = struct.pack(">I", 128 + len(table) + len(data)) + b"none" + bytes([2, 0x40, 0, 0]) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += b"".join(struct.pack(">i", round(v * 65536)) for v in (0.9642, 1.0, 0.8249))
    return head.ljust(128, b"\0") + table + data


def write(folder: Path, data: bytes, name: str = "photo") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def png_chunk(kind: bytes, payload: bytes) -> bytes:
    import zlib

    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def with_png_chunks(png: bytes, *chunks: bytes) -> bytes:
    """Put chunks behind the header of a PNG."""
    return png[:33] + b"".join(chunks) + png[33:]


def tiff(entries: list[tuple[int, int, list[int] | bytes]], strip: bytes = b"", next_directory: int = 0) -> bytes:
    """A little-endian TIFF of one directory: (tag, type, values); tag 273 gets the place of `strip`."""
    widths = {1: "B", 2: "s", 3: "H", 4: "I", 5: "II", 10: "ii"}
    start = 8 + 2 + len(entries) * 12 + 4
    extra = b""
    body = struct.pack("<H", len(entries))
    sizes = [_size(kind, values) for _, kind, values in entries]
    strip_at = start + sum(size for size in sizes if size > 4)
    for tag, kind, values in sorted(entries, key=lambda entry: entry[0]):
        if isinstance(values, bytes):
            data, count = values, len(values)
        else:
            letters = widths[kind]
            data = struct.pack("<" + letters[0] * len(values), *([strip_at] if tag == 273 else values))
            count = len(values) // len(letters)
        if len(data) > 4:
            body += struct.pack("<HHII", tag, kind, count, start + len(extra))
            extra += data
        else:
            body += struct.pack("<HHI", tag, kind, count) + data.ljust(4, b"\x00")
    return b"II*\x00" + struct.pack("<I", 8) + body + struct.pack("<I", next_directory) + extra + strip


def _size(kind: int, values: list[int] | bytes) -> int:
    if isinstance(values, bytes):
        return len(values)
    return len(values) * {1: 1, 3: 2, 4: 4, 5: 4, 10: 4}[kind]


def _encode_dng(image: NDArray[np.uint8]) -> bytes:
    """A DNG of an RGGB sensor that saw `image` (linear, 16 bit, no preview)."""
    linear = (np.power(image / 255.0, 2.2) * 60000).astype("<u2")
    mosaic = linear[..., 1].copy()
    mosaic[::2, ::2] = linear[::2, ::2, 0]
    mosaic[1::2, 1::2] = linear[1::2, 1::2, 2]
    height, width = mosaic.shape
    # XYZ to linear sRGB: the camera sees exactly sRGB.
    matrix = [
        32405,
        10000,
        -15371,
        10000,
        -4985,
        10000,
        -9693,
        10000,
        18760,
        10000,
        416,
        10000,
        556,
        10000,
        -2040,
        10000,
        10572,
        10000,
    ]
    return tiff(
        [
            (254, 4, [0]), (256, 4, [width]), (257, 4, [height]), (258, 3, [16]), (259, 3, [1]), (262, 3, [32803]),
            (271, 2, b"Calotype\x00"), (272, 2, b"Test camera\x00"), (273, 4, [0]), (274, 3, [6]), (277, 3, [1]),
            (278, 4, [height]), (279, 4, [width * height * 2]), (33421, 3, [2, 2]), (33422, 1, [0, 1, 1, 2]),
            (50706, 1, [1, 4, 0, 0]), (50708, 2, b"Calotype Test camera\x00"), (50714, 3, [0]), (50717, 3, [60000]),
            (50721, 10, matrix), (50728, 5, [1, 1, 1, 1, 1, 1]), (50778, 3, [21]),
        ],
        mosaic.tobytes(),
    )  # fmt: skip
