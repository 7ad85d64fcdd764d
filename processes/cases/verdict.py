"""What worked cases say of a proposal: run when its files changed since, kept, told as findings."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE
from models.flow.proposal import Proposal
from models.flow.rehearsal import CaseRun
from models.identity.county import County
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import proposals
from processes.cases import coverage
from processes.cases.errands import errands_for, places_of
from processes.cases.running import Errand, digest_of, keep, runs_of
from processes.lint import Finding
from processes.packs.storing import DIAGRAMS, key_of
from processes.references import named_in

FAILED, STALE = "case_failed", "cases_stale"


def is_fresh(session: Session, proposal: Proposal) -> bool:
    """Return whether every case ran on exactly these files, over exactly what holds now."""
    return not any(stale(session, one) for one in errands_for(session, proposal))


def stale(session: Session, errand: Errand) -> bool:
    """Return whether a case of an errand did not run on exactly its files."""
    runs = runs_of(session, errand.county, errand.proposal)
    return bool(errand.names - {(r.path, r.name) for r in runs if r.world == errand.digest})


def fresh_runs(session: Session, proposal: Proposal) -> list[CaseRun]:
    """Return the runs that were made of exactly these files, over exactly what holds now."""
    places = places_of(session, proposal)
    digests = {code: digest_of(session, code, proposal) for code in places}
    runs = [one for code in places for one in runs_of(session, code, proposal.id)]
    return [one for one in runs if one.world == digests[one.county_code]]


def freshen(settings: Settings, proposal_id: str, *, again: bool = False) -> None:
    """Run the cases that a proposal touches and keep what came of them, if that is not done."""
    with reading() as session:
        proposal = session.get_one(Proposal, proposal_id)
        owed = [one for one in errands_for(session, proposal) if again or stale(session, one)]
    for errand in owed:
        results = errand.run(settings)
        with unit_of_work() as session:
            # kept at once: whoever takes over after a lost lease need not run them again
            keep(session, errand, results)


def failures(session: Session, proposal: Proposal) -> list[Finding]:
    """Return an error for each worked case that fails on the files as they are now."""
    is_base = proposal.county_code == BASE
    names = {one.code: one.name for one in session.scalars(select(County))} if is_base else {}
    return [
        Finding(one.path, FAILED, "error", f"{whose}办理样例“{one.name}”没有通过：{one.told}")
        for one in fresh_runs(session, proposal)
        if not one.passed
        for whose in [f"{names[one.county_code]}的" if is_base else ""]
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
    walked: dict[str, set[str]] = {}
    for code in places_of(session, proposal):
        for key, ids in walked_in(session, code, proposal.id).items():
            walked.setdefault(key, set()).update(ids)
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
