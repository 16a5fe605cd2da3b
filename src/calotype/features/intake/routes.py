"""The door for uploads."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from calotype.api.answers import json_answer
from calotype.api.signed_in import SignedInUser
from calotype.features.intake.schemas import Stored
from calotype.features.intake.uploading import Upload

router = APIRouter(tags=["intake"])

_TEXT = {"type": "string"}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "The photo."},
                        "file_time": {**_TEXT, "description": "The file's own time: ISO 8601, or milliseconds."},
                        "album": {**_TEXT, "description": "The title of an album to put it into."},
                        "sidecar": {"type": "string", "format": "binary", "description": "An XMP sidecar."},
                    },
                }
            }
        },
    }
}


@router.post(
    "/photos",
    status_code=201,
    openapi_extra=_BODY,
    responses={200: {"description": "The same bytes are in the library already."}},
)
async def upload_photo(request: Request, user: SignedInUser) -> Response:
    """Take a photo in. It is durable when this answers."""
    calotype = request.app.state.calotype
    upload = Upload(calotype.intake, user.id)
    upload.check_length(request.headers.get("content-length"))
    try:
        outcome = await upload.read(request.headers.get("content-type", ""), request.stream())
    except ClientDisconnect:
        return Response(status_code=400)  # nobody hears it, and nothing is left of the upload
    if isinstance(outcome, Stored):
        photo = await calotype.photos.get_card(user.id, outcome.id)
        return json_answer({"outcome": "stored", "id": outcome.id, "photo": photo}, 201)
    return json_answer({"outcome": "duplicate", "id": outcome.id, "in_trash": outcome.in_trash})
