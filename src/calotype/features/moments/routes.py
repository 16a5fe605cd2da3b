"""When we were there, over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["moments"])
