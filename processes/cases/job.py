"""The job that runs worked cases for a page, and what the page asked to be done afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import SmallworksError
from models.flow.job import OPEN_JOB, Job
from models.flow.proposal import Proposal
from models.identity.loading import actor_of
from models.ids import new_id
from models.outbox import enqueue
from models.session import reading
from models.settings import Settings
from processes import proposals
from processes.cases import mending
from processes.cases.format import CaseFile, read_cases
from processes.cases.playing import Result
from processes.cases.running import LONGEST, Errand, errand_for, keep, runs_of
from processes.cases.writing import write_cases
from processes.job_kinds import Args, register

JOB = "cases.run"
MEND, ACCEPT, MEND_ALL = "mend", "accept", "mend_all"
Ran = tuple[Errand, list[Result]]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be run: a flow's cases, a file's, or one; and what to do with the result."""

    county: str
    proposal: str = ""
    flow: str = ""
    path: str = ""
    case: str = ""
    then: str = ""
    account: str = ""
    version: int = 0


def owe(session: Session, wish: Wish) -> None:
    """Owe a run."""
    args = dict(wish.__dict__)
    enqueue(session, JOB, key=f"{_prefix(wish.county, wish.proposal)}{new_id()}", args=args)


def is_running(session: Session, county: str, proposal: str = "") -> bool:
    """Return whether a run is still to be done, or is being done."""
    query = select(Job.id).where(Job.key.startswith(_prefix(county, proposal)), OPEN_JOB)
    return session.scalar(query.limit(1)) is not None


def _prefix(county: str, proposal: str) -> str:
    return f"{JOB}:{proposal or county}:"


def _prepare(args: Args, settings: Settings) -> Ran | None:
    wish = Wish(**args)  # as ``owe`` wrote it
    with reading() as session:
        proposal = session.get(Proposal, wish.proposal) if wish.proposal else None
        if wish.proposal and proposal is None:
            return None
        errand = _narrowed(
            errand_for(session, wish.county, proposal, wish.flow, everything=bool(wish.path)), wish
        )
    return errand, errand.run(settings)


def _narrowed(errand: Errand, wish: Wish) -> Errand:
    if not wish.path:
        return errand
    plans = [one for one in errand.plans if one.path == wish.path]
    rules = [one for one in errand.rules if one.path == wish.path]
    if wish.case:
        plans = [one for one in plans if one.case.name == wish.case]
        rules = [one for one in rules if one.name == wish.case]
    broken = tuple(one for one in errand.unreadable if one.path == wish.path)
    return replace(errand, plans=tuple(plans), rules=tuple(rules), unreadable=broken)


def _store(session: Session, args: Args, ran: Ran | None, _: Settings) -> None:
    if ran is None:
        return
    wish = Wish(**args)  # as ``owe`` wrote it
    keep(session, *ran)
    if not ran[1]:
        return
    try:
        with session.begin_nested():
            if wish.then == MEND_ALL:
                _mend_all(session, wish, ran[1])
            elif wish.then in AFTERWARDS:
                _change(session, wish, ran[1][0])
    except SmallworksError as error:
        _tell(session, wish, f"没有改写样例：{error.text}")


def _mend_all(session: Session, wish: Wish, results: list[Result]) -> None:
    """Write the new steps into every case that met one, a save for each file, and run again."""
    proposal, actor = session.get_one(Proposal, wish.proposal), actor_of(session, wish.account)
    new = [one for one in results if one.inserted]
    if actor is None or not new:
        return
    for path in sorted({one.path for one in new}):
        found = proposals.read_file(session, proposal.county_code, path, proposal)
        file = read_cases(found.body or b"")
        for one in new:
            if one.path == path:
                file = mending.mended(file, one.name, one.inserted)
        body = write_cases(file)
        read_cases(body)
        proposals.save_file(session, proposal, path, body, version=found.version, actor=actor)
    owe(session, Wish(county=wish.county, proposal=wish.proposal))


def _change(session: Session, wish: Wish, result: Result) -> None:
    proposal, actor = session.get_one(Proposal, wish.proposal), actor_of(session, wish.account)
    found = proposals.read_file(session, proposal.county_code, wish.path, proposal)
    file = AFTERWARDS[wish.then](read_cases(found.body or b""), wish.case, result)
    if actor is not None and file is not None:
        body = write_cases(file)
        read_cases(body)
        version = wish.version
        proposals.save_file(session, proposal, wish.path, body, version=version, actor=actor)
        _tell(session, wish, "已改写，请核对后再运行。")


def _tell(session: Session, wish: Wish, words: str) -> None:
    for row in runs_of(session, wish.county, wish.proposal or None):
        # what was asked of every case at once is told at each that failed
        if (row.path, row.name) == (wish.path, wish.case) or (not wish.path and not row.passed):
            row.told = f"{words}{row.told}"[:LONGEST]
    session.flush()


def _mended(file: CaseFile, case: str, result: Result) -> CaseFile | None:
    """Return the file with the steps that the case does not know yet, if it met any."""
    return mending.mended(file, case, result.inserted) if result.inserted else None


def _accepted(file: CaseFile, case: str, result: Result) -> CaseFile | None:
    """Return the file with the facts as they came about, if the case was played to its end."""
    facts: Mapping[str, Any] = result.facts
    if not facts:
        return None
    now = mending.found(file, case).expect
    wanted = {key: facts[key] for key in now if key in facts}
    return mending.expecting(file, case, wanted) if wanted else None


AFTERWARDS: Mapping[str, Callable[[CaseFile, str, Result], CaseFile | None]] = {
    MEND: _mended,
    ACCEPT: _accepted,
}
register(JOB, _store, prepare=_prepare)
