"""The editor of a file of worked cases: its acts in words, what must come of them, run and mend."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.errors import SmallworksError
from models.flow.proposal import Proposal, ProposalState
from models.flow.rehearsal import CaseRun
from models.session import reading, unit_of_work
from processes import proposals
from processes.cases import mending, owing
from processes.cases.facts import TITLES
from processes.cases.format import CaseFile, CasesFaultyError, RuleCase, WorkedCase, read_cases
from processes.cases.running import runs_of
from processes.cases.typed import typed
from processes.cases.words import Words, words_of
from processes.cases.writing import write_cases
from processes.packs.roles import roles_of
from processes.proposals.errors import FileUnknownError
from web.access import guard, require_actor
from web.whole_numbers import whole_number
from web.workbench.addresses import plain_url
from web.workbench.cases import STOPPED, asked_again, say_owed
from web.workbench.place import ROLES

blueprint = Blueprint("case_editor", __name__, url_prefix="/cases/<proposal_id>/<name>")
guard(blueprint, roles=ROLES)
Change = Callable[[CaseFile], CaseFile]


@dataclass(frozen=True)
class Line:
    """One case as the page tells of it."""

    of: WorkedCase | RuleCase
    shared: tuple[str, ...]
    own: tuple[str, ...]
    expected: tuple[tuple[str, str, str, str], ...]
    """Of each fact: its key, what it is called, as one types it, as one reads it."""
    run: CaseRun | None

    @property
    def is_rule(self) -> bool:
        """Whether it is about a rule's value rather than a flow."""
        return isinstance(self.of, RuleCase)


@blueprint.get("")
def show(proposal_id: str, name: str) -> ResponseReturnValue:
    """Show a file of worked cases."""
    with reading() as session:
        proposal = proposals.find(session, proposal_id, require_actor())
        if request.headers.get("HX-Request") == "true":
            now = owing.running(session, proposal.county_code, proposal.id)
            return asked_again(now, request.path, f"{request.path}/stop")
        return _page(session, proposal, name)


@blueprint.post("/run")
def run(proposal_id: str, name: str) -> ResponseReturnValue:
    """Run one case of the file, or all of them."""
    return _owed(proposal_id, name, "")


@blueprint.post("/accept")
def accept(proposal_id: str, name: str) -> ResponseReturnValue:
    """Run a case and take what came about for what must come about, fact by fact."""
    return _owed(proposal_id, name, owing.ACCEPT)


@blueprint.post("/mend")
def mend(proposal_id: str, name: str) -> ResponseReturnValue:
    """Run a case and write the steps into it that it does not know yet."""
    return _owed(proposal_id, name, owing.MEND)


@blueprint.post("/expect")
def expect(proposal_id: str, name: str) -> ResponseReturnValue:
    """Keep what an analyst typed as what must come of a case."""
    chosen, given = request.form.get("case", ""), request.form
    facts = {
        key.removeprefix("fact-"): text
        for key, text in given.items()
        if key.startswith("fact-") and key.removeprefix("fact-") not in given.getlist("drop")
    }
    if given.get("new"):
        facts[given["new"]] = given.get("value", "")

    with reading() as session:
        place = proposals.find(session, proposal_id, require_actor())
        words = _words(session, place)

    def change(file: CaseFile) -> CaseFile:
        wanted = {key: typed(key, words.coded(key, text)) for key, text in facts.items()}
        renamed = mending.expecting(file, chosen, wanted)
        title, source = given.get("title", "").strip(), given.get("source", "").strip()
        return mending.renamed(renamed, chosen, title or chosen, source)

    return _change(proposal_id, name, change, "已保存。")


@blueprint.post("/drop")
def drop(proposal_id: str, name: str) -> ResponseReturnValue:
    """Take a case out of the file."""
    chosen = request.form.get("case", "")
    return _change(proposal_id, name, lambda file: mending.without(file, chosen), "已删除样例。")


def _owed(proposal_id: str, name: str, then: str) -> ResponseReturnValue:
    """Let the worker run cases of the file; the page asks until that is done."""
    actor, given = require_actor(), request.form.get("version", "")
    with unit_of_work() as session:
        proposal = proposals.find(session, proposal_id, actor)
        wish = owing.Wish(
            county=proposal.county_code,
            proposal=proposal.id,
            path=path_of(name),
            case=request.form.get("case", ""),
            then=then,
            account=actor.account_id or "",
            version=whole_number(given, 0),
        )
        is_new = owing.owe(session, wish)
    say_owed(is_new)
    return _back(proposal_id, name)


@blueprint.post("/stop")
def stop(proposal_id: str, name: str) -> ResponseReturnValue:
    """Stop the runs of the proposal's cases; what came of those played so far is kept."""
    with unit_of_work() as session:
        proposal = proposals.find(session, proposal_id, require_actor())
        owing.stop(session, proposal.county_code, proposal.id)
    flash(STOPPED, "info")
    return _back(proposal_id, name)


def _change(proposal_id: str, name: str, change: Change, said: str) -> ResponseReturnValue:
    """Change the file, if nobody else has since the page was shown."""
    actor, path = require_actor(), path_of(name)
    given = request.form.get("version", "")
    try:
        with unit_of_work() as session:
            proposal = proposals.find(session, proposal_id, actor)
            file, version = held(session, proposal, path)
            version = whole_number(given, version)
            body = write_cases(change(file))
            read_cases(body)
            proposals.save_file(session, proposal, path, body, version=version, actor=actor)
    except SmallworksError as error:
        flash(error.text, "late")
    else:
        flash(said, "ok")
    return _back(proposal_id, name)


def _page(session: Session, proposal: Proposal, name: str) -> str:
    path, county = path_of(name), proposal.county_code
    told = ""
    try:
        file, version = held(session, proposal, path)
    except CasesFaultyError as error:
        file, version, told = CaseFile(), 0, error.text
    words = _words(session, proposal)
    runs = {one.name: one for one in runs_of(session, county, proposal.id) if one.path == path}
    return render_template(
        "workbench/case_editor.html",
        one=proposal,
        name=name,
        path=path,
        note=file.note,
        told=told,
        now=owing.running(session, county, proposal.id),
        version=version,
        lines=list(_lines(file, words, runs)),
        flows=words.flows,
        facts=TITLES,
        is_draft=proposal.state == ProposalState.DRAFT,
        text_url=plain_url(proposal.id, path),
    )


def _words(session: Session, proposal: Proposal) -> Words:
    files = proposals.files_in(session, proposal.county_code, proposal)
    return words_of(files, roles_of(session, proposal.county_code))


def _lines(file: CaseFile, words: Words, runs: Mapping[str, CaseRun]) -> Iterator[Line]:
    for one in file.cases:
        expected = tuple(
            (key, TITLES.get(key, key), words.written(key, value), words.fact(key, value))
            for key, value in one.expect.items()
        )
        if isinstance(one, RuleCase):
            yield Line(one, (), (), expected, runs.get(one.name))
            continue
        acts = file.acts_of(one)
        before = len(acts) - len(one.acts)
        said = [words.act(act) for act in acts]
        shared, own = tuple(said[:before]), tuple(said[before:])
        yield Line(one, shared, own, expected, runs.get(one.name))


def held(session: Session, proposal: Proposal, path: str) -> tuple[CaseFile, int]:
    """Return a file of worked cases as the proposal has it, and its version."""
    try:
        found = proposals.read_file(session, proposal.county_code, path, proposal)
    except FileUnknownError:
        return CaseFile(), 0
    return (read_cases(found.body) if found.body else CaseFile()), found.version


def path_of(name: str) -> str:
    """Return where a file of worked cases lies."""
    return f"cases/{name}.toml"


def _back(proposal_id: str, name: str) -> ResponseReturnValue:
    return redirect(f"/cases/{proposal_id}/{name}", 303)
