"""Where photos were taken, over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["places"])
