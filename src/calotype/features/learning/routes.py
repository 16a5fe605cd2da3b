"""What the library learns from its owner, over HTTP."""

from fastapi import APIRouter

router = APIRouter(tags=["learning"])
