"""Handing out documents: each one asked for again, always as an attachment, never kept."""

from flask import Blueprint, Response, current_app, g, send_file

from models.document import Document
from models.session import reading
from models.storage import Storage, open_storage
from processes.documents import readable
from web.access import guard

blueprint = Blueprint("documents", __name__, url_prefix="/documents")
# documents of a published notice are for everybody; who may have which is asked at each download
guard(blueprint, public=True)


def storage() -> Storage:
    """Return the storage of this installation."""
    return open_storage(current_app.extensions["settings"])


@blueprint.get("/<document_id>")
def download(document_id: str) -> Response:
    """Hand out one document to whoever may have it now."""
    with reading() as session:
        document = readable(session, document_id, g.get("actor"))
    return as_attachment(document)


def as_attachment(document: Document) -> Response:
    """Return the bytes so that no browser opens, guesses or keeps them."""
    file = storage().open(document.sha256)
    response = send_file(
        file,
        mimetype=document.media_type,
        as_attachment=True,
        download_name=document.name,
        conditional=False,
        etag=False,
        max_age=None,
    )
    response.headers["Content-Length"] = str(document.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
