"""What goes into the library and what comes out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from calotype.media.text import clean_text

FIRST_YEAR, LAST_YEAR = 2, 9998  # with an offset to either side it must stay in the calendar


@dataclass(frozen=True)
class NewPhoto:
    """A photo whose original is durable in the store and whose row is to be written.

    `taken_local` is a first guess (the file's time, else now) until the metadata are read. `file_time` is aware.
    Width and height are in display space (after orientation), where the head of the file tells them.
    """

    owner_id: UUID
    sha256: bytes
    sha1: bytes
    size_bytes: int
    media_type: int
    file_name: str
    taken_local: datetime
    taken_source: int
    file_time: datetime | None = None
    width: int | None = None
    height: int | None = None
    is_animated: bool = False


@dataclass(frozen=True)
class AddedPhoto:
    """The photo that stands for these bytes: the new one, or the one that was there."""

    id: UUID
    is_new: bool
    in_trash: bool


def _line(text: str | None) -> str | None:
    """One line of clean text; an empty one is no text."""
    return clean_text(text, 500) or None if text is not None else None


def _lines(text: str | None) -> str | None:
    return clean_text(text, 10_000, keep_lines=True) or None if text is not None else None


def _tags(tags: list[str] | None) -> list[str] | None:
    """Clean, without doubles (in any case of letters), in the order in which they were given."""
    cleaned = [tag for tag in (clean_text(tag, 100) for tag in tags or ()) if tag]
    return list({tag.casefold(): tag for tag in reversed(cleaned)}.values())[::-1] or None


def _wall_clock(time: datetime) -> datetime:
    if time.tzinfo is not None:
        raise ValueError("write the wall clock where it was taken, without an offset (2023-07-01T12:30:00)")
    if not FIRST_YEAR <= time.year <= LAST_YEAR:
        raise ValueError(f"give a year from {FIRST_YEAR} to {LAST_YEAR}")
    return time


class PlaceName(BaseModel):
    """A place in the words of a person."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(lambda text: clean_text(text, 200))]
    region: Annotated[str, Field(max_length=200), AfterValidator(lambda text: clean_text(text, 200))] = ""
    country: Annotated[str, Field(max_length=200), AfterValidator(lambda text: clean_text(text, 200))] = ""
    country_code: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""


class PhotoChanges(BaseModel):
    """What a person decides about a photo. What is left out stays; null takes away."""

    model_config = ConfigDict(extra="forbid")
    title: Annotated[str | None, Field(max_length=500), AfterValidator(_line)] = None
    description: Annotated[str | None, Field(max_length=10_000), AfterValidator(_lines)] = None
    tags: Annotated[
        list[Annotated[str, Field(max_length=100)]] | None, Field(max_length=200), AfterValidator(_tags)
    ] = None
    rating: Annotated[int | None, Field(ge=-1, le=5)] = None
    is_favourite: bool = False
    is_hidden: bool = False
    taken_local: Annotated[datetime, AfterValidator(_wall_clock)] = datetime.min  # noqa: DTZ901 - never used: see `said`
    utc_offset_min: Annotated[int | None, Field(ge=-14 * 60, le=14 * 60)] = None
    latitude: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    place: PlaceName | None = None

    @model_validator(mode="after")
    def _position_is_whole(self) -> Self:
        given = self.model_fields_set & {"latitude", "longitude"}
        if len(given) == 1 or (self.latitude is None) != (self.longitude is None):
            raise ValueError("give latitude and longitude together, or null for both")
        return self

    def said(self) -> dict[str, Any]:
        """Return only what the request named, as plain JSON values."""
        return self.model_dump(mode="json", include=self.model_fields_set)
