"""The built styles and scripts: names from the manifest, bytes as the build compressed them."""

import json
import mimetypes
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_from_directory

from web.access import guard

DIST = Path(__file__).resolve().parent / "static" / "dist"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
NOT_SERVED = (".br", ".gz", "manifest.json", "weights.json")
FOREVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__, url_prefix="/static")
guard(blueprint, public=True)
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@blueprint.get("/<path:name>")
def file(name: str) -> Response:
    """Serve one built file, compressed when the browser takes it."""
    if name.endswith(NOT_SERVED) or not (DIST / name).is_file():
        return Response("没有这个文件\n", 404, content_type="text/plain; charset=utf-8")
    encoding, ending = _encoding(name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = send_from_directory(DIST, name + ending, mimetype=kind, conditional=True)
    response.headers["Cache-Control"] = FOREVER
    response.headers["Vary"] = "Accept-Encoding"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


def asset(name: str) -> str:
    """Return the address of a built file such as ``site.css``; its name carries its hash."""
    stored = _manifest().get(name)
    return f"/static/{stored or name}"


def _encoding(name: str) -> tuple[str, str]:
    for encoding, ending in ENCODINGS:
        if request.accept_encodings[encoding] and (DIST / (name + ending)).is_file():
            return encoding, ending
    return "", ""


def _manifest() -> dict[str, str]:
    """Read the manifest again only when a build has replaced it."""
    path = DIST / "manifest.json"
    if not path.exists():
        return {}
    cache: dict[float, dict[str, str]] = current_app.extensions.setdefault("asset_manifest", {})
    changed = path.stat().st_mtime
    if changed not in cache:
        cache.clear()
        cache[changed] = json.loads(path.read_text())
    return cache[changed]
