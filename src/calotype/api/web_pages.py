"""The web app: static files of a build, and its one page for every other address."""

import base64
import hashlib
import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_IMMUTABLE = "public, max-age=31536000, immutable"
_INLINE = re.compile(rb"<(script|style)((?:\s[^>]*)?)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)

_MISSING = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Calotype</title></head>
<body><h1>Calotype is running, but its web pages are not built</h1>
<p>Run <code>npm ci &amp;&amp; npm run build</code> in the folder <code>web</code> and start the service again, or point
<code>CALOTYPE_WEB</code> at a build. The API at
<code>/api/v1</code> and the command <code>calotype</code> work without it.</p></body></html>
"""
_MISSING_CSP = "default-src 'none'; frame-ancestors 'none'"


class WebPages(StaticFiles):
    """Serves the folder of a web build. What has a hash in its name is kept for ever, the rest is asked for again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._index = folder / "index.html"
        self._policy: tuple[int, str] = (0, "")

    async def check_config(self) -> None:
        """A build may be missing, and may come later."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file at `path`; the app's one page where there is none and `path` does not look like a file."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or "." in path.rpartition("/")[2].strip("."):
                raise
            return self._page(scope)
        if path.endswith(".html"):
            return self._page(scope) if path == "index.html" else _guarded(response, self.policy())
        is_hashed = path.startswith("_app/immutable/")
        response.headers["Cache-Control"] = _IMMUTABLE if is_hashed else "no-cache"
        return response

    def _page(self, scope: Scope) -> Response:
        if not self._index.is_file():
            return HTMLResponse(_MISSING, 503, {"Content-Security-Policy": _MISSING_CSP, "Cache-Control": "no-store"})
        return _guarded(self.file_response(self._index, self._index.stat(), scope), self.policy())

    def policy(self) -> str:
        """Return the Content-Security-Policy of the pages; inline scripts of the build are allowed by their hashes."""
        try:
            changed_ns = self._index.stat().st_mtime_ns
            if self._policy[0] != changed_ns:
                self._policy = (changed_ns, page_policy(self._index.read_bytes()))
        except FileNotFoundError:
            return _MISSING_CSP
        return self._policy[1]


def _guarded(response: Response, policy: str) -> Response:
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "no-cache"
    if isinstance(response, FileResponse):
        response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


def page_policy(page: bytes) -> str:
    """Return a strict policy for a page: everything from here alone, inline parts only those that it has now."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for tag, attributes, content in _INLINE.findall(page):
        if b"src=" not in attributes:
            digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
            hashes[tag.decode().lower()].append(f"'sha256-{digest}'")
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self'", *hashes["script"])),
            " ".join(("style-src 'self'", *hashes["style"])),
            "style-src-attr 'unsafe-inline'",  # positions in the grid; an attribute can load nothing from elsewhere
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
