"""The job that publishes a proposal: checks and worked cases once more, then all or nothing."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import SmallworksError
from models.flow.proposal import Proposal, ProposalState
from models.identity.actor import PLATFORM
from models.identity.county import County
from models.session import reading, unit_of_work
from models.settings import Settings
from processes import contents
from processes.cases import verdict
from processes.cases.errands import errands_for
from processes.cases.running import runs_of
from processes.job_kinds import Args, register
from processes.packs.upgrade import standings
from processes.proposals import files
from processes.proposals.applying import STARTED, apply_files
from processes.proposals.deciding import JOB, job_key, owe
from processes.proposals.errors import CasesFailedError
from processes.proposals.reading import overlay, rows_of
from processes.proposals.submitting import back_to_draft, check_sound, lock, log
from processes.proposals.telling import makers, tell

DUE_AT_ONCE = 50


class CasesOutdatedError(Exception):
    """What holds changed while the worked cases ran: the job is done again."""


def owe_due() -> int:
    """Owe the publication of every proposal whose moment has come; return how many were new."""
    due = (
        select(Proposal.id)
        .where(Proposal.state == ProposalState.SCHEDULED, Proposal.effective_at <= business_now())
        .order_by(Proposal.effective_at)
        .limit(DUE_AT_ONCE)
    )
    with reading() as session:
        found = list(session.scalars(due))
    if not found:
        return 0
    with unit_of_work() as session:
        return sum(owe(session, session.get_one(Proposal, one)) for one in found)


def one_at_a_time(session: Session) -> None:
    """Let publications follow one another: what one has checked, no other changes before it ends.

    A county's version rests on the base's, and the base's check on every county's files.
    """
    every = select(County.code).order_by(County.code)
    session.execute(every.with_for_update(key_share=True)).all()


def put_in_force(session: Session, proposal: Proposal) -> None:
    """Publish a proposal that was agreed to; raise when its check finds errors by now."""
    found = check_sound(session, proposal)
    proposal.checks = {"findings": [asdict(one) for one in found]}
    county = proposal.county_code
    own, rows = files.own_files(session, county), rows_of(session, proposal)
    for path, row in rows.items():
        row.before_sha256 = contents.put(session, own[path]) if path in own else None
    started = {one.path: one.then for one in standings(session, county) if one.path in rows}
    proposal.checks = {**proposal.checks, STARTED: started}
    changed = overlay(session, proposal)
    rebased = {path: row.merged_sha256 for path, row in rows.items() if row.merged_sha256}
    apply_files(session, county, changed, PLATFORM, author=proposal.edited_by, rebased=rebased)
    proposal.state = ProposalState.PUBLISHED
    proposal.published_at, proposal.published_by = business_now(), proposal.decided_by
    session.flush()
    log(session, proposal, "proposal:published", PLATFORM, decided_by=proposal.decided_by)


def _run_cases(args: Args, settings: Settings) -> None:
    """Run the worked cases that a proposal touches, unless they ran on exactly these files."""
    with reading() as session:
        proposal = session.get(Proposal, args["proposal"])
        if proposal is None or not _is_agreed(proposal, args):
            return
    verdict.freshen(settings, args["proposal"])


def _publish(session: Session, args: Args, _result: Any, _: Settings) -> None:  # noqa: ANN401
    proposal = session.get_one(Proposal, args["proposal"])
    one_at_a_time(session)
    lock(session, proposal)
    if not _is_agreed(proposal, args):
        return  # taken back, sent back or agreed to anew meanwhile
    try:
        _check_cases(session, proposal)
        with session.begin_nested():
            put_in_force(session, proposal)
    except SmallworksError as error:
        _give_back(session, proposal, error)
        return
    people = makers(proposal) | {proposal.decided_by or ""}
    tell(session, proposal, people, "published", f"改动单“{proposal.title}”已发布生效。")


def _is_agreed(proposal: Proposal, args: Args) -> bool:
    """Return whether a proposal still waits to be published as it was agreed to."""
    waits = proposal.state is ProposalState.SCHEDULED
    return waits and job_key(proposal) == args.get("key")


def _check_cases(session: Session, proposal: Proposal) -> None:
    """Raise when a worked case failed; others published meanwhile make the job run again."""
    failed = []
    for errand in errands_for(session, proposal):
        if verdict.stale(session, errand):
            raise CasesOutdatedError
        runs = runs_of(session, errand.county, errand.proposal)
        failed += [r for r in runs if (r.path, r.name) in errand.names and not r.passed]
    if failed:
        first = f"“{failed[0].name}”{failed[0].told}"
        raise CasesFailedError(count=len(failed), first=first[:300])


def _give_back(session: Session, proposal: Proposal, error: SmallworksError) -> None:
    """Make a draft of a proposal that cannot be published, and say why."""
    session.refresh(proposal)
    people = makers(proposal) | {proposal.decided_by or ""}
    back_to_draft(session, proposal)
    proposal.decided_by, proposal.decided_at = None, business_now()
    proposal.decision_note = f"没有发布：{error.text}"[:1000]
    log(session, proposal, "proposal:not_published", PLATFORM)
    words = f"改动单“{proposal.title}”没有发布，已退回草稿：{error.text}"
    tell(session, proposal, people, "not_published", words)


register(JOB, _publish, prepare=_run_cases)
