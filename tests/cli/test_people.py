"""`calotype people` and `calotype evaluate people`, over a real library and pictures that need no models."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Calotype, answer_of

HEAD = "path_a,path_b,relation,person_a,person_b,source_repo\n"


def test_a_library_without_faces(calotype: Calotype, ada: str) -> None:
    assert calotype("people", "recluster").output == "0 faces of 0 people, 0 faces unknown.\n"
    assert answer_of(calotype("people", "recluster", "--json")) == [
        {"owner": ada, "message": "0 faces of 0 people, 0 faces unknown."}
    ]
    assert "0 faces" in calotype("people", "recluster", "--owner", ada).output


def test_somebody_who_is_not_there(calotype: Calotype, ada: str) -> None:
    assert calotype("people", "recluster", "--owner", "eve@example.org").exit_code != 0


def test_pairs_are_measured_after_the_import(calotype: Calotype, ada: str, tmp_path: Path) -> None:
    faces = tmp_path / "faces"
    faces.mkdir()
    rows = []
    for number in range(2):
        pixels = np.full((80, 80, 3), 60 + 90 * number, np.uint8)
        Image.fromarray(pixels).save(faces / f"{number}.png")
        rows.append(f"{number}.png,{1 - number}.png,different,A,B,one")
    (faces / "pairs.csv").write_text(HEAD + "\n".join(rows), encoding="utf-8")
    before = answer_of(calotype("evaluate", "people", str(faces / "pairs.csv"), "--json"))
    assert (before["photos"], before["photos_not_in_library"]) == (2, 2)
    assert calotype("import", str(faces)).exit_code == 0
    found = answer_of(calotype("evaluate", "people", str(faces / "pairs.csv"), "--json"))
    assert (found["photos_not_in_library"], found["photos_without_face"], found["precision"]) == (0, 2, None)
    assert "photos without a face" in calotype("evaluate", "people", str(faces / "pairs.csv")).output


@pytest.mark.parametrize("arguments", [("nobody", "x.csv"), ("people", "x.csv", "y.csv"), ("people", "absent.csv"), ()])
def test_what_cannot_be_measured(calotype: Calotype, ada: str, arguments: tuple[str, ...]) -> None:
    assert calotype("evaluate", *arguments).exit_code == 2


def test_questions_are_measured_as_before(calotype: Calotype, ada: str, photos: Path) -> None:
    queries = photos / "queries.csv"
    queries.write_text("query,kind,paths\nred,colour,IMG_0.png\n", encoding="utf-8")
    assert answer_of(calotype("evaluate", str(queries), "--json"))["colour"]["queries"] == 1
