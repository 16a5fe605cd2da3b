"""Pictures that belong together, over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["stacks"])
