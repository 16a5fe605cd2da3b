"""The keywords of a photo, from the many places in which programs put them, as one flat list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from calotype.media.tags import Tags
from calotype.media.text import clean_text

MAX_KEYWORDS = 200
MAX_KEYWORD_CHARS = 100

# Key -> what separates the levels of a hierarchy, None when values are flat.
_XMP_KEYS: tuple[tuple[str, str | None], ...] = (
    ("Xmp.dc.subject", None),
    ("Xmp.lr.hierarchicalSubject", "|"),
    ("Xmp.digiKam.TagsList", "/"),
    ("Xmp.MicrosoftPhoto.LastKeywordXMP", "/"),
    ("Xmp.mediapro.CatalogSets", "|"),
)
# Words that programs use for themselves.
_INTERNAL = frozenset(
    {
        "_digikam_internal_tags_",
        "_digikam_root_tag_",
        "scanned for faces",
        "color label none",
        "pick label none",
        "darktable",
        "lightroom|lightroom",
    }
)


def flatten_keywords(tags: Tags) -> tuple[str, ...]:
    """Return the keywords, each once (case aside), at most `MAX_KEYWORDS`.

    ``Places|Europe|Lisbon`` gives all three words. Those of a sidecar come first, those in the file are added.
    """
    exif = tags.exif.get("Exif.Image.XPKeywords", "").replace(",", ";").split(";")
    iptc = tags.iptc.get("Iptc.Application2.Keywords", [])
    return _once([*_from_xmp(tags.sidecar), *_from_xmp(tags.xmp), *iptc, *exif])


def _from_xmp(xmp: dict[str, list[str]]) -> Iterator[str]:
    for key, separator in _XMP_KEYS:
        for value in xmp.get(key, []):
            if separator and separator in value:
                yield from value.split(separator)
            elif "|" in value:
                yield from value.split("|")
            else:
                yield value


def _once(words: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for word in words:
        cleaned = clean_text(word, MAX_KEYWORD_CHARS)
        folded = cleaned.casefold()
        if cleaned and folded not in _INTERNAL and folded not in kept:
            kept[folded] = cleaned
            if len(kept) == MAX_KEYWORDS:
                break
    return tuple(kept.values())
