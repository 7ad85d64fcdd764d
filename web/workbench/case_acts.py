"""The acts of a worked case, or of a beginning that several share, edited in rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from models.errors import NotFoundError, SmallworksError
from models.flow.proposal import Proposal, ProposalState
from models.session import reading, unit_of_work
from processes import proposals
from processes.cases import acting
from processes.cases.acting import Cell, Row, RowWrongError
from processes.cases.format import MAX_ACTS, CaseFile, Opening, WorkedCase, read_cases
from processes.cases.words import Words, words_of
from processes.cases.writing import write_cases
from processes.packs.roles import roles_of
from processes.rehearsal import cast, events
from web.access import guard, require_actor
from web.whole_numbers import whole_number
from web.workbench.addresses import plain_url
from web.workbench.case_editor import held, path_of
from web.workbench.place import ROLES

SAVE = "save"
CONTRACTORS = tuple(f"contractor{number}" for number in range(1, cast.CONTRACTORS + 1))
blueprint = Blueprint("case_acts", __name__, url_prefix="/cases/<proposal_id>/<name>/acts")
guard(blueprint, roles=ROLES, body_limit=2 * 1024 * 1024)


class CaseGoneError(NotFoundError):
    """The file has no such worked case, or none with acts."""

    message = "没有这个样例，可能刚被删除或改名。请回到样例文件。"


@dataclass(frozen=True)
class Page:
    """What is edited, and where it is kept."""

    proposal: Proposal
    file: CaseFile
    one: WorkedCase | Opening
    version: int
    words: Words


@blueprint.get("")
def show(proposal_id: str, name: str) -> ResponseReturnValue:
    """Show the acts in rows."""
    with reading() as session:
        page = _page(session, proposal_id, name)
        rows = [acting.row_of(act, page.words) for act in page.one.acts]
        return _shown(page, name, rows)


@blueprint.post("")
def change(proposal_id: str, name: str) -> ResponseReturnValue:
    """Save the rows, or show them again as a button of the page has put them."""
    order = request.form.get("do", SAVE)
    with reading() as session:
        page = _page(session, proposal_id, name)
    rows = list(_rows(request.form, page.words))
    if order != SAVE:
        if order.startswith("field:"):
            order = f"{order}:{request.form.get(f'r{order[6:]}-new', '')}"
        return _shown(page, name, acting.changed(rows, order, page.words)[:MAX_ACTS])
    try:
        acts = [_act(row) for row in rows]
        if None in acts:
            flash("有动作填写不对，已标在那一行；还没有保存。", "late")
            return _shown(page, name, rows), 422
        _save(proposal_id, name, tuple(act for act in acts if act is not None))
    except SmallworksError as error:
        flash(error.text, "late")
        return _shown(page, name, rows), 422
    flash("已保存。", "ok")
    return redirect(f"/cases/{proposal_id}/{name}", 303)


def _act(row: Row) -> dict[str, object] | None:
    """Return a row's act, or note at the row why it is none."""
    try:
        return acting.act_of(row)
    except RowWrongError as error:
        row.error = error.text
        return None


def _save(proposal_id: str, name: str, acts: tuple[dict[str, object], ...]) -> None:
    actor, path = require_actor(), path_of(name)
    with unit_of_work() as session:
        proposal = proposals.find(session, proposal_id, actor)
        file, version = held(session, proposal, path)
        new = replace(_named(file), acts=acts)
        openings = tuple(new if one.name == new.name else one for one in file.openings)
        cases = tuple(new if one.name == new.name else one for one in file.cases)
        body = write_cases(replace(file, openings=openings, cases=cases))  # type: ignore[arg-type]
        read_cases(body)
        version = whole_number(request.form.get("version", ""), version)
        proposals.save_file(session, proposal, path, body, version=version, actor=actor)


def _page(session: Session, proposal_id: str, name: str) -> Page:
    proposal = proposals.find(session, proposal_id, require_actor())
    file, version = held(session, proposal, path_of(name))
    county = proposal.county_code
    words = words_of(proposals.files_in(session, county, proposal), roles_of(session, county))
    return Page(proposal, file, _named(file), version, words)


def _named(file: CaseFile) -> WorkedCase | Opening:
    asked = request.values.get("case", "")
    for one in (*file.openings, *file.cases):
        if one.name == asked and isinstance(one, WorkedCase | Opening):
            return one
    raise CaseGoneError


def _rows(form: MultiDict[str, str], words: Words) -> Iterator[Row]:
    """Yield the rows that a form holds, as they stand on the page."""
    count = min(whole_number(form.get("rows", ""), 0), MAX_ACTS)
    for number in range(count):
        at = f"r{number}-"
        kind = form.get(f"{at}kind", "")
        if kind not in acting.OF_KIND:
            continue
        row = Row(kind, form.get(f"{at}name", ""), [one for one in form.getlist(f"{at}by") if one])
        row.amount = form.get(f"{at}amount", "")
        row.answers = list(_cells(form, f"{at}a-", words, row.name))
        row.details = list(_cells(form, f"{at}d-", words, ""))
        yield row


def _cells(form: MultiDict[str, str], at: str, words: Words, step: str) -> Iterator[Cell]:
    fields = {one.key: one for one in words.forms.get(step, ())}
    dropped = set(form.getlist("drop"))
    for name, text in form.items():
        key = name.removeprefix(at)
        if name.startswith(at) and name not in dropped:
            kind = form.get(f"t{name}", acting.TEXT)
            cell = acting.empty_cell(key, fields.get(key))
            cell.kind, cell.text = kind, text.replace("\r\n", "\n")
            if kind == acting.FLAG:
                cell.options = ((acting.YES, acting.YES), (acting.NO, acting.NO))
            yield cell


def _shown(page: Page, name: str, rows: list[Row]) -> str:
    county = page.proposal.county_code
    return render_template(
        "workbench/case_acts.html",
        page=page,
        one=page.proposal,
        county=county,
        name=name,
        rows=rows,
        is_draft=page.proposal.state == ProposalState.DRAFT,
        is_shared=isinstance(page.one, Opening),
        users=[one.name for one in page.file.cases if getattr(one, "begins", "") == page.one.name],
        steps=_steps(page.words),
        people=_people(page.words),
        events=events.titles(),
        waits=acting.WAIT_WORDS,
        addable=acting.addable,
        text_url=plain_url(page.proposal.id, path_of(name)),
    )


def _steps(words: Words) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every step by the flow it stands in."""
    return [
        (words.flows.get(flow, flow), [(one, words.steps.get(one, one)) for one in steps])
        for flow, steps in sorted(words.parts.items(), key=lambda one: words.flows.get(one[0], ""))
    ]


def _people(words: Words) -> list[tuple[str, str]]:
    """Return everybody an act can name."""
    names = [*words.roles, *CONTRACTORS, "newcomer", "$winner"]
    return [(one, words.who(one)) for one in names if one not in ("contractor", "platform")]
