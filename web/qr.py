"""QR codes of the platform's own pages, as screens and printed pages show them."""

import segno
from flask import Response, current_app


def qr_svg(path: str) -> Response:
    """Return a QR code that opens a page of this platform."""
    code = segno.make(current_app.extensions["settings"].url + path, error="m")
    svg = code.svg_inline(scale=4, border=2, omitsize=True)
    body = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Response(body, mimetype="image/svg+xml", headers={"Cache-Control": "max-age=86400"})
