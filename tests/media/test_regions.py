"""Faces that programs named: boxes in the upright picture, whatever was written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calotype.media.metadata import read_metadata
from calotype.media.regions import MAX_REGIONS, NamedRegion, Shape, read_regions
from calotype.media.sniff import MediaType, sniff_file
from tests.media import made

LIST = "Xmp.mwg-rs.Regions/mwg-rs:RegionList"
APPLIED = "Xmp.mwg-rs.Regions/mwg-rs:AppliedToDimensions/stDim:"
RECTANGLES = "Xmp.MP.RegionInfo/MPRI:Regions"

Texts = dict[str, list[str]]


def mwg(number: int, name: str, *area: object, kind: str | None = "Face", unit: str = "normalized") -> Texts:
    item = f"{LIST}[{number}]/mwg-rs:"
    texts = {f"{item}Name": [name], f"{item}Area/stArea:unit": [unit]}
    if kind is not None:
        texts[f"{item}Type"] = [kind]
    return texts | {f"{item}Area/stArea:{part}": [str(value)] for part, value in zip("xywh", area, strict=True)}


def microsoft(number: int, name: str, rectangle: str) -> Texts:
    item = f"{RECTANGLES}[{number}]/MPReg:"
    return {f"{item}PersonDisplayName": [name], f"{item}Rectangle": [rectangle]}


def applied(width: int, height: int) -> Texts:
    return {f"{APPLIED}w": [str(width)], f"{APPLIED}h": [str(height)]}


def read(texts: Texts, shape: Shape = Shape(), sidecar: Texts | None = None) -> list[NamedRegion]:  # noqa: B008
    return list(read_regions(sidecar or {}, texts, shape))


def sides(region: NamedRegion) -> tuple[float, ...]:
    return (region.x, region.y, region.width, region.height)


def test_an_area_is_told_by_its_middle() -> None:
    (region,) = read(mwg(1, "Anna", 0.5, 0.4, 0.2, 0.1))
    assert region.name == "Anna"
    assert sides(region) == pytest.approx((0.4, 0.35, 0.2, 0.1))


def test_a_rectangle_is_told_by_its_corner() -> None:
    (region,) = read(microsoft(1, "Ben", "0.1, 0.2, 0.3, 0.4"))
    assert sides(region) == pytest.approx((0.1, 0.2, 0.3, 0.4))
    assert region.source == "microsoft"


@pytest.mark.parametrize(
    ("orientation", "box"),
    [
        (1, (0.1, 0.2, 0.2, 0.1)),
        (2, (0.7, 0.2, 0.2, 0.1)),
        (3, (0.7, 0.7, 0.2, 0.1)),
        (4, (0.1, 0.7, 0.2, 0.1)),
        (5, (0.2, 0.1, 0.1, 0.2)),
        (6, (0.7, 0.1, 0.1, 0.2)),
        (7, (0.7, 0.7, 0.1, 0.2)),
        (8, (0.2, 0.7, 0.1, 0.2)),
    ],
)
def test_boxes_are_turned_with_the_picture(orientation: int, box: tuple[float, ...]) -> None:
    shape = Shape(orientation, 4000, 3000)
    for texts in (mwg(1, "Anna", 0.2, 0.25, 0.2, 0.1) | applied(4000, 3000), microsoft(1, "Anna", "0.1,0.2,0.2,0.1")):
        (region,) = read(texts, shape)
        assert sides(region) == pytest.approx(box)


def test_dimensions_of_the_upright_picture_say_that_nothing_is_to_be_turned() -> None:
    (region,) = read(mwg(1, "Anna", 0.2, 0.25, 0.2, 0.1) | applied(3000, 4000), Shape(6, 4000, 3000))
    assert sides(region) == pytest.approx((0.1, 0.2, 0.2, 0.1))


def test_pixels_are_made_relative() -> None:
    (region,) = read(mwg(1, "Anna", 2000, 1200, 400, 300, unit="pixel") | applied(4000, 3000))
    assert sides(region) == pytest.approx((0.45, 0.35, 0.1, 0.1))
    assert read(mwg(1, "Anna", 2000, 1200, 400, 300, unit="pixel")) == []


@pytest.mark.parametrize("kind", ["Pet", "Focus", "BarCode", "focus", ""])
def test_only_faces_are_people(kind: str) -> None:
    assert read(mwg(1, "Rex", 0.5, 0.5, 0.1, 0.1, kind=kind)) == []


def test_what_has_a_name_and_no_type_is_a_face() -> None:
    assert len(read(mwg(1, "Anna", 0.5, 0.5, 0.1, 0.1, kind=None))) == 1


def test_the_same_face_told_in_two_ways_is_one() -> None:
    both = mwg(1, "Anna", 0.5, 0.5, 0.2, 0.2) | microsoft(1, "anna", "0.1, 0.1, 0.2, 0.2")
    assert [region.source for region in read(both)] == ["mwg"]
    other = mwg(1, "Anna", 0.5, 0.5, 0.2, 0.2) | microsoft(1, "Ben", "0.1, 0.1, 0.2, 0.2")
    assert [region.name for region in read(other)] == ["Anna", "Ben"]


def test_two_of_one_name_in_two_places_stay_two() -> None:
    assert len(read(mwg(1, "Anna", 0.2, 0.5, 0.2, 0.2) | mwg(2, "Anna", 0.8, 0.5, 0.2, 0.2))) == 2


def test_a_sidecar_speaks_before_the_file() -> None:
    found = read(mwg(1, "Ann", 0.5, 0.5, 0.2, 0.2), sidecar=mwg(1, "Anna", 0.4, 0.4, 0.2, 0.2))
    assert [region.name for region in found] == ["Anna"]


@pytest.mark.parametrize(
    "area",
    [
        ("NaN", 0.5, 0.1, 0.1), (0.5, "inf", 0.1, 0.1), (0.5, 0.5, 0, 0.1), (0.5, 0.5, -0.1, 0.1), (-1, -1, 0.1, 0.1),
        (0.5, 0.5, 7, 7), ("", 0.5, 0.1, 0.1), ("1e999", 0.5, 0.1, 0.1), ("0x1", 0.5, 0.1, 0.1), (2, 0.5, 0.1, 0.1),
    ],
)  # fmt: skip
def test_absurd_areas_are_no_faces(area: tuple[object, ...]) -> None:
    assert read(mwg(1, "Anna", *area)) == []


@pytest.mark.parametrize("name", ["", "  ", "\u202e", "?", "\x00"])
def test_a_face_needs_a_name(name: str) -> None:
    assert read(mwg(1, name, 0.5, 0.5, 0.1, 0.1)) == []


@pytest.mark.parametrize("rectangle", ["", "0.1,0.2,0.3", "0.1,0.2,0.3,0.4,0.5", "a,b,c,d", "0.1;0.2;0.3;0.4"])
def test_broken_rectangles_are_no_faces(rectangle: str) -> None:
    assert read(microsoft(1, "Anna", rectangle)) == []


def test_names_are_cleaned_and_boxes_cut_at_the_border() -> None:
    (region,) = read(mwg(1, " Anna\x1b[31m\u202e \n Lee ", 0.02, 0.98, 0.1, 0.1))
    assert region.name == "Anna Lee"
    assert sides(region) == pytest.approx((0, 0.93, 0.07, 0.07))


def test_thousands_of_regions_are_bounded() -> None:
    texts: Texts = {}
    for number in range(1, 5000):
        texts |= mwg(number, f"Guest {number}", 0.5, 0.5, 0.1, 0.1)
    assert len(read(texts)) == MAX_REGIONS


words = st.one_of(st.text(max_size=30), st.floats().map(str), st.sampled_from(["0.5", "0.1", "1", "Face", "pixel"]))
keys = st.sampled_from(
    [
        *(f"{LIST}[{n}]/mwg-rs:{part}" for n in (1, 2, 999999) for part in (
            "Name", "Type", "Area/stArea:x", "Area/stArea:y", "Area/stArea:w", "Area/stArea:h", "Area/stArea:unit")),
        *(f"{RECTANGLES}[{n}]/MPReg:{part}" for n in (1, 2) for part in ("PersonDisplayName", "Rectangle")),
        f"{APPLIED}w", f"{APPLIED}h", LIST, f"{LIST}[x]",
    ]
)  # fmt: skip


@given(
    st.dictionaries(keys, st.lists(words, max_size=2)), st.integers(0, 9), st.integers(0, 5000), st.integers(1, 5000)
)
def test_whatever_is_written_boxes_lie_in_the_picture(texts: Texts, orientation: int, width: int, height: int) -> None:
    for region in read(texts, Shape(orientation, width, height)):
        assert 0 <= region.x < region.x + region.width <= 1 + 1e-5
        assert 0 <= region.y < region.y + region.height <= 1 + 1e-5
        assert region.name.strip()
        assert region.name.isprintable()


middles = st.tuples(*[st.floats(0.2, 0.8)] * 2, *[st.floats(0.01, 0.2)] * 2)


@given(middles, st.integers(1, 8))
def test_a_turn_keeps_the_area(area: tuple[float, ...], orientation: int) -> None:
    (region,) = read(mwg(1, "Anna", *area), Shape(orientation, 400, 300))
    assert region.width * region.height == pytest.approx(area[2] * area[3], abs=1e-4)


def test_of_two_sidecars_the_newer_list_is_taken_whole(tmp_path: Path) -> None:
    newer, older = _sidecar("Anna"), _sidecar("Ann", "Ben")
    path = made.write(tmp_path, made.encode(made.quarters(), MediaType.JPEG))
    found = read_metadata(path, MediaType.JPEG, (newer, older)).regions
    assert [region.name for region in found] == ["Anna"]


def _sidecar(*names: str) -> bytes:
    regions = "".join(
        f'<rdf:li rdf:parseType="Resource"><mwg-rs:Name>{name}</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>'
        f'<mwg-rs:Area stArea:x="0.{place + 2}" stArea:y="0.4" stArea:w="0.1" stArea:h="0.1" stArea:unit="normalized"/>'
        "</rdf:li>"
        for place, name in enumerate(names)
    )
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" '
        'xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"><mwg-rs:Regions rdf:parseType="Resource">'
        f"<mwg-rs:RegionList><rdf:Bag>{regions}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions></rdf:Description>"
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


CURIES = {"Marie Curie": (0.3119, 0.20857, 0.11309, 0.19857), "Pierre Curie": (0.63929, 0.11857, 0.09643, 0.24143)}


@pytest.mark.photos
@pytest.mark.parametrize(
    "name",
    [
        "immich/metadata/faces/portrait.jpg",
        "immich/metadata/faces/portrait-orientation-6.jpg",
        *(f"pigallery2/sidecar/orientation/photo.{turn}.embedded.jpg" for turn in (3, 6, 8)),
    ],
)
def test_one_couple_however_the_camera_was_held(shared_photos: Path, name: str) -> None:
    path = shared_photos / "metadata" / name
    found = read_metadata(path, sniff_file(path)).regions
    assert {region.name: pytest.approx(sides(region), abs=1e-4) for region in found} == CURIES


@pytest.mark.photos
@pytest.mark.parametrize("turn", [3, 6, 8])
def test_a_sidecar_is_turned_as_the_picture_is(shared_photos: Path, turn: int) -> None:
    path = shared_photos / f"metadata/pigallery2/sidecar/orientation/photo.{turn}.embedded_sidecar.jpg"
    sidecar = path.with_name(path.name + ".xmp").read_bytes()
    found = read_metadata(path, sniff_file(path), (sidecar,)).regions
    assert {region.name: pytest.approx(sides(region), abs=1e-4) for region in found} == CURIES


@pytest.mark.photos
def test_hostile_regions_yield_only_what_can_be_a_face(shared_photos: Path) -> None:
    path = shared_photos / "hostile/exif/xmp_face_out_of_range.jpg"
    assert [region.name for region in read_metadata(path, sniff_file(path)).regions] == ["<b>Eve"]
