"""Albums of the best, over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["curated"])
