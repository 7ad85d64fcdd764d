"""Letters: one's own to download, and for everybody the check of one by its code."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.letter import read_code
from models.session import reading
from processes.letters import check_letter, letters_of, readable_letter, same_file
from web.access import KIB, guard, require_actor
from web.documents import as_attachment

blueprint = Blueprint("letters", __name__, url_prefix="/letters")
LARGEST = 4096 * KIB
# The check is for everybody; who may have a letter is asked at each download.
guard(blueprint, public=True, body_limit=LARGEST)


@blueprint.get("")
def index() -> str:
    """List the letters that this person may have."""
    actor = require_actor()
    with reading() as session:
        return render_template("letters/index.html", lines=letters_of(session, actor))


@blueprint.get("/check")
def check() -> ResponseReturnValue:
    """Ask for a check code, or go to the letter that has the typed one."""
    code = read_code(request.args.get("code", ""))
    if code:
        return redirect(url_for("letters.show", code=code), 303)
    return render_template("letters/check.html")


@blueprint.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """Say whether a letter of this code was issued, and which one (the QR code leads here)."""
    return _answer(code, None)


@blueprint.post("/<code>")
def compare(code: str) -> ResponseReturnValue:
    """Say whether a file is, byte for byte, the letter that was issued."""
    given = request.files.get("file")
    return _answer(code, given.read() if given else b"")


@blueprint.get("/<code>/pdf")
def pdf(code: str) -> Response:
    """Hand out the letter to whom it is for, the owner and the centre."""
    actor = require_actor()
    with reading() as session:
        document = readable_letter(session, code, actor)
    return as_attachment(document)


def _answer(typed: str, data: bytes | None) -> ResponseReturnValue:
    with reading() as session:
        genuine = check_letter(session, typed)
        mine = {line.letter.code for line in letters_of(session, g.actor)} if g.actor else set()
    matches = same_file(genuine, data) if genuine and data is not None else None
    page = render_template(
        "letters/check.html",
        code=read_code(typed),
        genuine=genuine,
        matches=matches,
        is_mine=read_code(typed) in mine,
    )
    return page, 200 if genuine else 404
