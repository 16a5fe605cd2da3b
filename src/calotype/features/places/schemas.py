"""Places: what is asked, what is kept, what is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from calotype.media.text import clean_text

MOST_NAME_CHARS = 200


def _visible(name: str) -> str:
    if not (cleaned := clean_text(name, MOST_NAME_CHARS)):
        raise ValueError("give a name of at least one visible character")
    return cleaned


def _clean(name: str | None) -> str | None:
    return None if name is None else clean_text(name, MOST_NAME_CHARS)


Name = Annotated[str, Field(min_length=1, max_length=MOST_NAME_CHARS), AfterValidator(_visible)]
WiderName = Annotated[str | None, Field(max_length=MOST_NAME_CHARS), AfterValidator(_clean)]
Degrees = Annotated[float | None, Field(allow_inf_nan=False)]
Corner = tuple[Annotated[float, Field(allow_inf_nan=False)], Annotated[float, Field(allow_inf_nan=False)]]


class OwnPlaceChanges(BaseModel):
    """What is to be another: the name, the circle, or the polygon as [[latitude, longitude], …]."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    latitude: Degrees = None
    longitude: Degrees = None
    radius_m: Degrees = None
    polygon: Annotated[list[Corner] | None, Field(max_length=1000)] = None

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if self.polygon is not None and self.has_circle:
            raise ValueError("give a polygon, or latitude, longitude and radius_m, not both")
        return self

    @property
    def has_circle(self) -> bool:
        """Whether something of a circle is given."""
        return (self.latitude, self.longitude, self.radius_m) != (None, None, None)


class NewOwnPlace(OwnPlaceChanges):
    """A place of one's own: a name, and a circle or a polygon."""

    name: Name

    @model_validator(mode="after")
    def _has_a_shape(self) -> Self:
        if self.polygon is None and None in (self.latitude, self.longitude, self.radius_m):
            raise ValueError("give latitude, longitude and radius_m, or a polygon of [latitude, longitude] pairs")
        return self


class PlaceCorrection(BaseModel):
    """The right name of a place. What is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    region: WiderName = None
    country: WiderName = None
    country_code: Annotated[str | None, Field(pattern="^([A-Z]{2})?$")] = None


@dataclass(frozen=True)
class PlaceCount:
    """Photos of an owner at one row of the gazetteer (None: at none) in one own place (None: in none).

    `native` are country code, region and name of the gazetteer; the other names are those that are shown.
    """

    place_id: int | None
    own_place_id: UUID | None
    photos: int
    native: tuple[str, str, str]
    name: str
    region: str
    country: str
    country_code: str
    own_name: str | None
    cover_photo_id: UUID | None
    newest: Any


@dataclass
class PlaceNode:
    """A node of the tree. `place_ids` and `own_place_ids` say which photos are in it and below."""

    key: str
    name: str
    kind: str
    country_code: str = ""
    photos: int = 0
    cover_photo_id: UUID | None = None
    newest: Any = None
    place_ids: list[int] = field(default_factory=list)
    own_place_ids: list[UUID] = field(default_factory=list)
    natives: list[tuple[str, str, str]] = field(default_factory=list)
    region: str = ""
    country: str = ""
    children: list["PlaceNode"] = field(default_factory=list)


@dataclass(frozen=True)
class OwnPlace:
    """A place of one's own as its owner sees it. `polygon` are corners [latitude, longitude]; None: a circle."""

    id: UUID
    name: str
    latitude: float
    longitude: float
    radius_m: float
    polygon: Sequence[Sequence[float]] | None
    photos: int
    cover_photo_id: UUID | None
