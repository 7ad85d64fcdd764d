"""The editor of notices and letters: fields to choose, a live preview, the letter as a PDF."""

from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import InvalidError, SmallworksError
from models.letter import LETTER_TITLES
from models.notice import NOTICE_TITLES
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import proposals
from processes.desks import names
from processes.desks.names import NewFileWrongError
from processes.packs.files import MAX_FILE
from processes.texts.preview import findings, letter_words, preview
from processes.texts.public_cases import known_of_case, public_cases
from processes.texts.shape import LETTERS, NOTICES, TextShapeError, fields_of_text, text_of_fields
from processes.texts.words import INVENTED, fields_of, kind_title
from web.access import guard, require_actor
from web.workbench.desk import Desk, desk_of, findings_for, sent, text_in, values_in
from web.workbench.place import ROLES

blueprint = Blueprint(
    "texts", __name__, url_prefix="/texts/<proposal_id>/<any(notices, letters):folder>"
)
guard(blueprint, roles=ROLES, body_limit=4 * MAX_FILE)

KINDS: Mapping[str, Mapping[str, str]] = {
    NOTICES: {kind.value: title for kind, title in NOTICE_TITLES.items()},
    LETTERS: {kind.value: title for kind, title in LETTER_TITLES.items()},
}
LABELS = {"kind": "种类", "suffix": "用在哪种情形", "copy_of": "照着哪一个"}
MAX_PREVIEW = 60_000


class PreviewTooLongError(InvalidError):
    """More than a notice or letter may say."""

    message = "文字太长，没有生成预览：一份公告或文书不超过 60 KB，请精简。"


class UnknownKindError(InvalidError):
    """The text does not say of which kind it is."""

    message = "这份文字没有写明种类（kind），不能预览，请在“源码”里改正。"


@blueprint.get("/new")
def new(proposal_id: str, folder: str) -> str:
    """Ask for which kind and case a new text is, and which one it starts from."""
    with reading() as session:
        return _new_page(desk_of(session, proposal_id), folder, {}, {})


@blueprint.post("/new")
def create(proposal_id: str, folder: str) -> ResponseReturnValue:
    """Add a copy of a text to the proposal under a new name."""
    given = {name: request.form.get(name, "").strip()[:60] for name in LABELS}
    try:
        with unit_of_work() as session:
            desk = desk_of(session, proposal_id)
            name, body = _new_text(desk, folder, given)
            path = names.path_of(folder, name)
            actor = require_actor()
            proposals.save_file(session, desk.proposal, path, body, version=0, actor=actor)
    except NewFileWrongError as error:
        with reading() as session:
            return _new_page(desk_of(session, proposal_id), folder, given, error.fields), 422
    address = url_for("texts.show", proposal_id=proposal_id, folder=folder, name=name)
    return redirect(address, 303)


@blueprint.get("/<name>")
def show(proposal_id: str, folder: str, name: str) -> str:
    """Show a text of a proposal's county in the editor."""
    with reading() as session:
        desk = desk_of(session, proposal_id)
        path = names.existing(desk.files, folder, name)
        kind = _kind(folder, name)
        return render_template(
            "workbench/texts/editor.html",
            desk=desk,
            folder=folder,
            name=name,
            path=path,
            title=kind_title(folder, kind),
            fields=fields_of(folder, kind),
            cases=public_cases(session, desk.proposal.county_code, folder, kind),
        )


@blueprint.post("/<name>/read")
def read(proposal_id: str, folder: str, name: str) -> ResponseReturnValue:
    """Return a text as form and file, what is wrong with it, and how it would look."""
    given = sent()
    with reading() as session:
        desk = desk_of(session, proposal_id)
        path = names.existing(desk.files, folder, name)
        text = _text_of(folder, given)
        answer: dict[str, Any] = {"text": text, "fields": None, "preview": None, "problem": ""}
        answer["findings"] = findings_for(findings(folder, path, text))
        try:
            answer["fields"] = fields_of_text(folder, text)
        except TextShapeError as error:
            answer["problem"] = error.text
        known = _known(session, desk, folder, name, text_in(given, "case"))
        if not any(one["level"] == "error" for one in answer["findings"]):
            answer["preview"] = preview(folder, text, known)
        return jsonify(answer)


@blueprint.post("/<name>/sample.pdf")
def sample(proposal_id: str, folder: str, name: str) -> Response:
    """Return the letter as it would be typeset, marked as a sample all over."""
    text = request.form.get("text", "")
    if len(text) > MAX_PREVIEW:
        raise PreviewTooLongError
    settings: Settings = current_app.extensions["settings"]
    with reading() as session:
        desk = desk_of(session, proposal_id)
        names.existing(desk.files, folder, name)
        known = _known(session, desk, LETTERS, name, request.form.get("case", ""))
    words = letter_words(text, known, f"{settings.url}/check")
    # Imported here because it is large and only a letter needs it.
    from processes.letters.render import render  # noqa: PLC0415

    pdf = render(words, settings, at=business_now())
    headers = {"Content-Disposition": f'inline; filename="{name}-sample.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _text_of(folder: str, given: Mapping[str, Any]) -> str:
    if "fields" in given:
        return text_of_fields(folder, values_in(given, "fields"))
    text = text_in(given, "text")
    if len(text.encode(errors="replace")) > MAX_FILE:
        raise PreviewTooLongError
    return text


def _known(session: Session, desk: Desk, folder: str, name: str, case: str) -> Mapping[str, object]:
    if not case:
        return INVENTED
    texts = [body for path, body in desk.files.items() if path.startswith("notices/")]
    county, kind = desk.proposal.county_code, _kind(folder, name)
    return known_of_case(session, county, folder, kind, case, texts)


def _kind(folder: str, name: str) -> str:
    """Return the kind that a text's name begins with."""
    fitting = [kind for kind in KINDS[folder] if name == kind or name.startswith(f"{kind}_")]
    if not fitting:
        raise UnknownKindError(
            f"“{name}”不是公告或文书的名称，须以 {'、'.join(KINDS[folder])} 之一开头。"
        )
    return max(fitting, key=len)


def _new_text(desk: Desk, folder: str, given: Mapping[str, str]) -> tuple[str, bytes]:
    wrong: dict[str, str] = {}
    kind, suffix = given["kind"], given["suffix"]
    if kind not in KINDS[folder]:
        wrong["kind"] = "请选种类。"
    name = f"{kind}_{suffix}" if suffix else kind
    try:
        if names.path_of(folder, name) in desk.files:
            wrong["suffix"] = "已有同名的文件，请另取名称，或直接打开它修改。"
    except SmallworksError:
        wrong["suffix"] = "只用小写字母、数字和下划线，请改正。"
    body = desk.files.get(f"{folder}/{given['copy_of'] or kind}.toml")
    if body is None or not given["copy_of"].startswith(kind if given["copy_of"] else ""):
        wrong["copy_of"] = "没有这个可以照抄的文件，或种类不同，请重新选择。"
    if wrong or body is None:
        raise NewFileWrongError(fields=wrong)
    return name, body


def _new_page(desk: Desk, folder: str, given: Mapping[str, str], errors: Mapping[str, str]) -> str:
    return render_template(
        "workbench/texts/new.html",
        desk=desk,
        folder=folder,
        kinds=KINDS[folder],
        given=given,
        errors=errors,
        labels=LABELS,
        existing=names.listed(desk.files, folder),
    )
