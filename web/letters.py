"""Letters: one's own to download, and for everybody the check of one by its code."""

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.letter import read_code
from models.session import reading
from processes.letters import check_letter, letters_of, readable_letter, same_file
from processes.letters.reading import LetterLine
from web.access import KIB, guard, require_actor
from web.documents import as_attachment
from web.lists import Column, Listing, ListSpec, wants_export

blueprint = Blueprint("letters", __name__, url_prefix="/letters")
LARGEST = 4096 * KIB
# The check is for everybody; who may have a letter is asked at each download.
guard(blueprint, public=True, body_limit=LARGEST)


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List the letters that this person may have, or export them."""
    listing = Listing(SPEC)
    with reading() as session:
        lines = [one for one in letters_of(session, require_actor()) if _is_asked(one, listing.q)]
    if wants_export():
        return listing.export(lines)
    return render_template("letters/index.html", listing=listing, lines=lines)


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


def _is_asked(line: LetterLine, q: str) -> bool:
    texts = (line.letter.title, line.letter.number, line.about, line.number)
    return any(q in text for text in texts)


SPEC = ListSpec(
    title="文书",
    search_hint="文书、文号、项目名称、编号",
    columns=(
        Column(label="文书", value=lambda line: line.letter.title),
        Column(label="文号", value=lambda line: line.letter.number),
        Column(label="项目", value=lambda line: line.about),
        Column(label="项目编号", value=lambda line: line.number),
        Column(label="签发时间", value=lambda line: line.letter.issued_at),
        Column(label="核验码", value=lambda line: line.letter.code),
        Column(label="作废时间", value=lambda line: line.letter.voided_at),
    ),
)


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
