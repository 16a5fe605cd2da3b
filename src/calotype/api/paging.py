"""Pages: how many, from where."""

from typing import Annotated

from fastapi import Query

PageLimit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]
PageCursor = Annotated[str | None, Query(max_length=512, description="`next_cursor` of the page before.")]

DEFAULT_LIMIT = 100
