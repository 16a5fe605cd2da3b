"""The figures of `calotype evaluate people`: what is counted, and what not."""

import hashlib
from pathlib import Path

import pytest

from calotype.features.people.errors import BadPairs
from calotype.features.people.evaluation import evaluate_people
from tests.features.people.crowd import Family

HEAD = "path_a,path_b,relation,person_a,person_b,source_repo\n"


async def write(folder: Path, family: Family, *rows: str) -> Path:
    for name in family.photos:
        (folder / name).write_bytes(name.encode())
        async with family.database.transaction() as connection:
            content = hashlib.sha256(name.encode()).digest()
            await connection.execute("update photos set sha256 = %s where id = %s", (content, family.photos[name]))
    path = folder / "pairs.csv"
    path.write_text(HEAD + "\n".join(rows), encoding="utf-8")
    return path


async def test_all_right(family: Family, tmp_path: Path) -> None:
    path = await write(
        tmp_path,
        family,
        "anna0,anna1,same,Anna,Anna,one",
        "ben0,ben1,same,Ben,Ben,one",
        "anna0,ben0,different,Anna,Ben,one",
    )
    figures = await evaluate_people(path, family.database, family.owner)
    assert (figures["pairs_right"], figures["pairs"], figures["threshold"]) == (1.0, 3, 0.4)
    assert (figures["precision"], figures["recall"], figures["faces"], figures["clusters"]) == (1.0, 1.0, 4, 2)
    assert figures["not_told"] == figures["photos_not_in_library"] == 0


async def test_wrong_groups_and_missed_ones_are_counted(family: Family, tmp_path: Path) -> None:
    """Anna's group is said to be two people, and Ben's one with the face that is alone."""
    path = await write(
        tmp_path, family, "anna0,anna1,same,A,A,one", "anna2,anna0,different,B,A,one", "ben0,cleo,same,C,C,one"
    )
    figures = await evaluate_people(path, family.database, family.owner)
    assert figures["precision"] == round(1 / 3, 4)
    assert figures["recall"] == 0.5
    assert figures["pairs_right"] == round(1 / 3, 4)


async def test_names_that_nobody_tells_apart_are_not_counted(family: Family, tmp_path: Path) -> None:
    path = await write(tmp_path, family, "anna0,anna1,same,A,A,one", "anna2,anna3,same,person-1,person-1,two")
    figures = await evaluate_people(path, family.database, family.owner)
    assert (figures["precision"], figures["not_told"]) == (1.0, 4)
    assert figures["precision_of_names"] == round(2 / 6, 4)


async def test_the_two_sources_of_a_row_are_of_one_person_each(family: Family, tmp_path: Path) -> None:
    path = await write(
        tmp_path, family, "anna0,ben0,different,A,B,one + two", "anna1,ben1,different,C,D,one + two"
    )  # fmt: skip
    figures = await evaluate_people(path, family.database, family.owner)
    assert figures["not_told"] == 2  # A beside D, C beside B
    assert figures["precision"] == 0.0  # A and C are one group, and two people of one source


async def test_photos_that_are_not_there_are_told(family: Family, tmp_path: Path) -> None:
    path = await write(tmp_path, family, "anna0,gone,same,Anna,Anna,one", "anna0,other,same,Anna,Anna,one")
    (tmp_path / "other").write_bytes(b"never imported")
    figures = await evaluate_people(path, family.database, family.owner)
    assert (figures["rows_without_file"], figures["photos_not_in_library"], figures["pairs"]) == (1, 1, 0)
    assert figures["pairs_right"] is None
    assert figures["recall"] == 0.0


async def test_a_file_without_the_columns_is_refused(family: Family, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("path_a,path_b\n", encoding="utf-8")
    with pytest.raises(BadPairs, match="relation, person_a, person_b"):
        await evaluate_people(path, family.database, family.owner)
