"""What a page asked to be done once cases were run: new steps written in, results taken over."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from models.errors import SmallworksError
from models.flow.proposal import Proposal
from models.identity.loading import actor_of
from processes import proposals
from processes.cases import mending
from processes.cases.format import CaseFile, read_cases
from processes.cases.owing import ACCEPT, MEND, MEND_ALL, Wish, owe
from processes.cases.playing import Result
from processes.cases.running import LONGEST, runs_of
from processes.cases.writing import write_cases


def change(session: Session, wish: Wish, results: Sequence[Result]) -> None:
    """Do what was asked for; a file that cannot be saved stays, and its cases say why."""
    if not results:
        return
    try:
        with session.begin_nested():
            if wish.then == MEND_ALL:
                _mend_all(session, wish, results)
            elif wish.then in AFTERWARDS:
                _change(session, wish, results[0])
    except SmallworksError as error:
        _tell(session, wish, f"没有改写样例：{error.text}")


def _mend_all(session: Session, wish: Wish, results: Sequence[Result]) -> None:
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
