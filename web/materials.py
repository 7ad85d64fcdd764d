"""Other materials of an organisation (其他材料): uploaded by itself, seen by its regulator."""

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from models.errors import InvalidError
from models.session import reading, unit_of_work
from processes.documents import Upload, keep_material, materials_of, take_in
from processes.documents.errors import DocumentMissingError
from processes.documents.limits import MAX_MEGABYTES, MEGABYTE
from web.access import guard, require_actor
from web.documents import storage
from web.organisation import ROLES, own_organisation, page

blueprint = Blueprint("materials", __name__, url_prefix="/organisation/materials")
guard(blueprint, roles=ROLES, body_limit=MAX_MEGABYTES * MEGABYTE + 64 * 1024)


@blueprint.get("")
def index() -> str:
    """List what the organisation uploaded."""
    return _page({})


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Take one more file in."""
    file = request.files.get("file")
    actor = require_actor()
    try:
        if file is None or not file.filename:
            raise DocumentMissingError
        with unit_of_work() as session:
            own = own_organisation(session, actor)
            upload = Upload(name=file.filename, data=file.read(), county=own.county)
            keep_material(take_in(session, storage(), upload, actor=actor))
    except InvalidError as error:
        return _page({"file": error.text}), 422
    flash("材料已上传。", "ok")
    return redirect("/organisation/materials", 303)


def _page(errors: dict[str, str]) -> str:
    with reading() as session:
        own = own_organisation(session, require_actor())
        found = materials_of(session, own.party.id)
        return page("materials", own, documents=found, errors=errors)
