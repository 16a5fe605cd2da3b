"""Pages: how many, from where."""

from typing import Annotated

from pydantic import Field

PageLimit = Annotated[int, Field(ge=1, le=500, description="How many at most.")]
PageCursor = Annotated[str | None, Field(max_length=512, description="`next_cursor` of the page before.")]

DEFAULT_LIMIT = 100
