"""``/api/v1/documents``: upload a file, fetch a file."""

from flask import Response, g, jsonify, make_response, request
from flask_openapi3 import APIBlueprint, FileStorage, Tag
from pydantic import BaseModel, ConfigDict, Field

from models.session import reading, unit_of_work
from processes.documents import Upload, readable, take_in
from processes.documents.errors import DocumentMissingError
from processes.documents.limits import MAX_MEGABYTES, MEGABYTE
from web.access import guard, require_actor
from web.documents import as_attachment, storage

MULTIPART = 64 * 1024
"""Room for the boundaries and the other fields around the largest file."""

blueprint = APIBlueprint(
    "api_documents",
    __name__,
    url_prefix="/api/v1/documents",
    abp_tags=[Tag(name="documents", description="资料")],
    abp_security=[{"token": []}],
)
# a published document is for everybody; uploading asks for a person itself
guard(blueprint, public=True, body_limit=MAX_MEGABYTES * MEGABYTE + MULTIPART)


class UploadForm(BaseModel):
    """One file of a multipart form."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: FileStorage = Field(description="PDF、DOCX、XLSX、OFD、PNG 或 JPG 文件")
    county: str = Field(default="", max_length=40, description="区县代码，决定大小上限")


class Uploaded(BaseModel):
    """What a form refers to afterwards."""

    id: str
    sha256: str
    name: str
    size: int
    media_type: str


class DocumentPath(BaseModel):
    """Which document."""

    document_id: str = Field(max_length=64)


@blueprint.post("", summary="上传资料", responses={201: Uploaded})
def upload(form: UploadForm) -> Response:
    """Take one file in and return what a form refers to."""
    actor = require_actor()
    # a text field of the same name passes the description, and is no file
    file = request.files.get("file")
    if file is None or not file.filename:
        raise DocumentMissingError
    given = Upload(name=file.filename, data=file.stream.read(), county=form.county)
    with unit_of_work() as session:
        document = take_in(session, storage(), given, actor=actor)
        answer = Uploaded.model_validate(document, from_attributes=True)
    return make_response(jsonify(answer.model_dump()), 201)


@blueprint.get("/<document_id>", summary="下载资料")
def download(path: DocumentPath) -> Response:
    """Return the file as an attachment when the caller may have it now."""
    with reading() as session:
        document = readable(session, path.document_id, g.get("actor"))
    return as_attachment(document)
