"""What file names say of photos of one shot. Pure.

Names alone are never enough: rules.py asks the clock, the camera and the look as well.
"""

import re

# "-edited" as Google Takeout writes it in the languages of its users, and what editors put into names.
_EDITED = (
    "edited|edit|bearbeitet|modifié|modifie|editado|editada|modificato|bewerkt|redigerad|redigeret|redigert|muokattu|"
    "edytowane|изменено|編集済み|已修改|수정됨|düzenlendi|upraveno|effects|modified"
)
_EDITED_ENDING = re.compile(rf"(?:[-_ ](?:{_EDITED})|[ _-]?\((?:{_EDITED})\)|~\d{{1,2}})$", re.IGNORECASE)
_IPHONE_EDIT = re.compile(r"^(IMG_)E(\d{4,5})$", re.IGNORECASE)
_COPY = re.compile(
    r"(?: ?\(\d{1,3}\)| - copy| copy(?: \d{1,2})?| ?\((?:another |\d+(?:st|nd|rd|th) )?copy\))+$", re.IGNORECASE
)
_MOTION = re.compile(r"(?:\.MP|_MP|\.MOTION-\d\d\.COVER)$", re.IGNORECASE)
_MOTION_START = re.compile(r"^MVIMG_", re.IGNORECASE)
_BURST = re.compile(r"^(.*_?BURST\d{8,}).*$|^(.*)_BURST\d{1,4}(?:_COVER)?$", re.IGNORECASE)
_NUMBER = re.compile(r"^(.*?)(\d{2,})$")


def stem_of(file_name: str) -> str:
    """Return the name without its ending and without the marks of copies, in one case of letters."""
    stem = file_name.rpartition(".")[0] or file_name
    return _COPY.sub("", stem).casefold()


def original_stem(file_name: str) -> str | None:
    """Return the stem of the original that a file is named an edited version of, or None."""
    stem = _COPY.sub("", file_name.rpartition(".")[0] or file_name)
    if (match := _IPHONE_EDIT.match(stem)) is not None:
        return f"{match[1]}{match[2]}".casefold()
    cut = _EDITED_ENDING.sub("", stem)
    return cut.casefold() if cut and cut != stem else None


def still_stem(file_name: str) -> str | None:
    """Return the stem of the plain still beside which a motion photo is named, or None."""
    stem = file_name.rpartition(".")[0] or file_name
    if _MOTION_START.match(stem):
        return _MOTION_START.sub("IMG_", stem).casefold()
    cut = _MOTION.sub("", stem)
    return cut.casefold() if cut != stem else None


def burst_of(file_name: str) -> str | None:
    """Return the name of the burst that a phone says a file belongs to, or None."""
    match = _BURST.match(file_name.rpartition(".")[0] or file_name)
    return None if match is None else (match[1] or match[2] or "").casefold() or None


def are_numbered_apart(one: str, other: str) -> bool:
    """Say whether two names are of different shots of one counter: `IMG_0001` and `IMG_0002`."""
    first, second = _NUMBER.match(stem_of(one)), _NUMBER.match(stem_of(other))
    return first is not None and second is not None and first[1] == second[1] and first[2] != second[2]
