"""What worked cases say of a proposal: run when its files changed since, kept, told as findings."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from models.flow.proposal import Proposal
from models.flow.rehearsal import CaseRun
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import proposals
from processes.cases import coverage
from processes.cases.running import digest_of, errand_for, keep, runs_of
from processes.lint import Finding
from processes.packs.storing import DIAGRAMS, key_of
from processes.references import named_in

FAILED, STALE = "case_failed", "cases_stale"


def is_fresh(session: Session, proposal: Proposal) -> bool:
    """Return whether every case ran on exactly these files, over exactly what holds now."""
    errand = errand_for(session, proposal.county_code, proposal)
    return errand.names <= {(one.path, one.name) for one in fresh_runs(session, proposal)}


def fresh_runs(session: Session, proposal: Proposal) -> list[CaseRun]:
    """Return the runs that were made of exactly these files, over exactly what holds now."""
    digest = digest_of(session, proposal.county_code, proposal)
    runs = runs_of(session, proposal.county_code, proposal.id)
    return [one for one in runs if one.world == digest]


def freshen(settings: Settings, proposal_id: str, *, again: bool = False) -> None:
    """Run the cases that a proposal touches and keep what came of them, if that is not done."""
    with reading() as session:
        proposal = session.get_one(Proposal, proposal_id)
        errand = errand_for(session, proposal.county_code, proposal)
        held = {(one.path, one.name) for one in fresh_runs(session, proposal)}
    if errand.names <= held and not again:
        return
    results = errand.run(settings)
    with unit_of_work() as session:
        keep(session, errand, results)


def failures(session: Session, proposal: Proposal) -> list[Finding]:
    """Return an error for each worked case that fails on the files as they are now."""
    return [
        Finding(one.path, FAILED, "error", f"办理样例“{one.name}”没有通过：{one.told}")
        for one in fresh_runs(session, proposal)
        if not one.passed
    ]


def findings(session: Session, proposal: Proposal) -> list[Finding]:
    """Return what worked cases say of a proposal: failures, and branches that nothing walked."""
    if not is_fresh(session, proposal):
        told = "办理样例还没有按现在的改动运行，提交或发布时会先运行。"
        return [Finding("", STALE, "warning", told)]
    return [*failures(session, proposal), *untested(session, proposal)]


def untested(session: Session, proposal: Proposal) -> list[Finding]:
    """Return a warning for each branch of the changed diagrams that no case walks."""
    changed = proposals.overlay(session, proposal)
    diagrams = {
        key_of(path): body
        for path, body in changed.items()
        if path.startswith(DIAGRAMS) and body is not None
    }
    walked = walked_in(session, proposal.county_code, proposal.id)
    return coverage.findings(diagrams, walked) if diagrams else []


def walked_in(session: Session, county: str, proposal: str | None) -> dict[str, set[str]]:
    """Return flow key → what the last run of a county's cases went through."""
    walked: dict[str, set[str]] = {}
    for row in runs_of(session, county, proposal):
        for key, ids in row.walked.items():
            walked.setdefault(key, set()).update(ids)
    return walked


def flow_titles(visible: Mapping[str, bytes]) -> dict[str, str]:
    """Return flow key → title of every readable diagram of a county."""
    found = {}
    for path, body in visible.items():
        if path.startswith(DIAGRAMS):
            try:
                found[key_of(path)] = named_in(body).title
            except Exception:  # noqa: BLE001 - its own finding says what is wrong with it
                found[key_of(path)] = key_of(path)
    return found
