"""Who is on the photos, over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["people"])
