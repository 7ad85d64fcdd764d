"""What the page of a proposal shows: files, findings file by file, cases, who may do what."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.definition import BASE
from models.flow.proposal import Proposal, ProposalFile, ProposalState
from models.flow.rehearsal import CaseRun
from models.identity.actor import Actor
from models.identity.county import County
from models.identity.names import account_names
from processes import proposals
from processes.cases import owing, verdict
from processes.cases.errands import runs_for
from processes.cases.playing import NEW_STEP
from processes.cases.running import digest_of
from processes.lint import Finding
from processes.proposals.deciding import may_decide
from processes.proposals.listing import running_by_key
from processes.proposals.titles import form_titles, title_of
from processes.publishing import PUBLISHER, wants_two
from web.filters import moment
from web.shell import has_page
from web.workbench.addresses import compare_url, editor_url
from web.workbench.place import BASE_NAME
from web.workbench.resources import KINDS

COMPARE = "/proposals/0/compare/rules.toml"
KIND_WORDS = {**KINDS, "diagrams": "流程"}


@dataclass
class FileLine:
    """One file of a proposal, as the page tells of it."""

    path: str
    title: str
    kind: str
    change: str
    edit_url: str
    compare_url: str
    edited_by: str
    edited_at: Any
    version: int
    is_diagram: bool
    is_taken_in: bool = False
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        """The findings that forbid publishing."""
        return [one for one in self.findings if one.level == "error"]

    @property
    def was_overtaken(self) -> bool:
        """Whether somebody published the same file meanwhile."""
        return any(one.rule == "changed_meanwhile" for one in self.findings)


@dataclass
class View:
    """A proposal with everything that its page shows."""

    place: str
    files: list[FileLine]
    others: list[Finding]
    names: dict[str, str]
    running: int
    wants_two: bool
    may_decide: bool
    is_publisher: bool
    is_publishing: bool
    now: owing.Running | None
    runs: list[CaseRun]
    are_runs_old: bool
    counties: dict[str, str]
    """Of a proposal of the base: the counties whose cases ran, by code."""

    @property
    def is_waiting(self) -> bool:
        """Whether the page is to be asked for again: something is being run or published."""
        return self.is_publishing or self.now is not None

    @property
    def failed(self) -> list[CaseRun]:
        """The worked cases that did not come out as they say."""
        return [one for one in self.runs if not one.passed]

    @property
    def unknown_steps(self) -> list[CaseRun]:
        """The worked cases that met a step which they do not say."""
        return [one for one in self.runs if one.told.startswith(NEW_STEP)]

    @property
    def errors(self) -> int:
        """How many findings forbid publishing."""
        every = [*self.others, *(one for line in self.files for one in line.findings)]
        return sum(one.level == "error" for one in every)

    @property
    def warnings(self) -> int:
        """How many findings only warn."""
        return sum(len(line.findings) for line in self.files) + len(self.others) - self.errors

    def case_url(self, one: Proposal, run: CaseRun) -> str:
        """Return where a worked case is edited, or seen in its own county."""
        if run.county_code == one.county_code:
            return editor_url(one.id, run.path)
        return f"/flows/{run.county_code}/{run.flow}/cases" if run.flow else ""

    def runs_in(self, county: str) -> list[CaseRun]:
        """Return the runs of one county's cases."""
        return [one for one in self.runs if one.county_code == county]

    def history(self, one: Proposal) -> list[tuple[str, str]]:
        """Return who did what and when, as far as it went."""
        told = (
            ("编制", one.created_by, one.created_at),
            ("最近修改", one.edited_by, one.edited_at),
            ("提交", one.submitted_by, one.submitted_at),
            ("审批", one.decided_by, one.decided_at),
            ("发布", one.published_by, one.published_at),
        )
        return [
            (what, f"{self.names.get(who or '', '平台')} · {moment(when)}")
            for what, who, when in told
            if when is not None
        ]


def view_of(session: Session, proposal: Proposal, actor: Actor) -> View:
    """Return what the page of a proposal shows to a person."""
    changed = proposals.overlay(session, proposal)
    # a file may be taken back between the two
    rows = {path: r for path, r in proposals.rows_of(session, proposal).items() if path in changed}
    is_open = proposal.state not in {ProposalState.PUBLISHED, ProposalState.WITHDRAWN}
    found = _found(session, proposal) if is_open else _kept(proposal)
    lines = {path: _line(proposal, row, changed[path]) for path, row in rows.items()}
    _name_forms(session, proposal, lines)
    others: list[Finding] = []
    for one in found:
        path, _, element = one.element.partition(":")
        if path in lines:
            lines[path].findings.append(Finding(element, one.rule, one.level, one.message))
        else:
            others.append(one)
    scheduled = proposal.state == ProposalState.SCHEDULED
    runs = runs_for(session, proposal)
    places = {one.county_code for one in runs} if is_open else set()
    digests = {code: digest_of(session, code, proposal) for code in places}
    return View(
        place=_name(session, proposal.county_code),
        files=list(lines.values()),
        others=others,
        names=account_names(session, _people(proposal, list(rows.values()))),
        running=_running(session, proposal, list(rows)),
        wants_two=wants_two(session, proposal.county_code),
        may_decide=may_decide(session, proposal, actor),
        is_publisher=actor.holds(PUBLISHER, proposal.county_code),
        is_publishing=bool(
            scheduled and proposal.effective_at and proposal.effective_at <= business_now()
        ),
        now=owing.running(session, proposal.county_code, proposal.id) if is_open else None,
        counties=_counties(session, runs) if proposal.county_code == BASE else {},
        runs=runs,
        are_runs_old=is_open and any(one.world != digests[one.county_code] for one in runs),
    )


def _counties(session: Session, runs: list[CaseRun]) -> dict[str, str]:
    codes = {one.county_code for one in runs}
    return {code: _name(session, code) for code in sorted(codes)}


def _name_forms(session: Session, proposal: Proposal, lines: dict[str, FileLine]) -> None:
    """Call forms and their samples by the steps that show them."""
    folders = ("forms/", "samples/")
    if any(path.startswith(folders) for path in lines):
        seen = proposals.files_in(session, proposal.county_code, proposal)
        titles = form_titles(body for path, body in seen.items() if path.startswith("diagrams/"))
        for path, line in lines.items():
            name = path.rpartition("/")[2].rpartition(".")[0]
            if path.startswith(folders):
                line.title = titles.get(name, line.title)


def _found(session: Session, proposal: Proposal) -> list[Finding]:
    """Return what the check says now, and what the worked cases say if they ran on these files."""
    found = proposals.check(session, proposal)
    said = verdict.findings(session, proposal) if proposals.rows_of(session, proposal) else []
    return [*found, *(one for one in said if one.rule != verdict.STALE)]


def _kept(proposal: Proposal) -> list[Finding]:
    """Return what the check said when the proposal was published."""
    return [Finding(**one) for one in proposal.checks.get("findings", [])]


def _line(proposal: Proposal, row: ProposalFile, body: bytes | None) -> FileLine:
    path = row.path
    folder = path.rpartition("/")[0]
    return FileLine(
        path=path,
        title=title_of(path, body or b""),
        kind=KIND_WORDS.get(folder, folder),
        change=_change(proposal, row),
        edit_url=editor_url(proposal.id, path),
        compare_url=compare_url(proposal.id, path) if has_page(COMPARE) else "",
        edited_by=row.edited_by,
        edited_at=row.edited_at,
        version=row.version,
        is_diagram=folder == "diagrams",
    )


def _change(proposal: Proposal, row: ProposalFile) -> str:
    """Return what a proposal does to a file, in one word."""
    if row.sha256 is None:
        own = row.base_county == proposal.county_code
        return "改回基础包或删去" if own else "不变"
    if row.base_sha256 is None:
        return "新增"
    if row.sha256 == row.base_sha256:
        return "不变"
    return "修改" if row.base_county in (proposal.county_code, None) else "改为本县的"


def _people(proposal: Proposal, rows: list[ProposalFile]) -> set[str | None]:
    acted = {
        proposal.created_by,
        proposal.edited_by,
        proposal.submitted_by,
        proposal.decided_by,
        proposal.published_by,
    }
    return acted | {row.edited_by for row in rows}


def _running(session: Session, proposal: Proposal, paths: list[str]) -> int:
    """Return how many cases run on the flows that a proposal changes."""
    keys = {one.removeprefix("diagrams/").removesuffix(".bpmn") for one in paths}
    running = running_by_key(session, proposal.county_code)
    return sum(count for key, count in running.items() if key in keys)


def _name(session: Session, code: str) -> str:
    return BASE_NAME if code == BASE else session.get_one(County, code).name
