"""The job that runs worked cases for a page, tells how far it has come, and stops when asked."""

from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from sqlalchemy.orm import Session

from models.flow.proposal import Proposal
from models.session import reading, unit_of_work
from models.settings import Settings
from processes.cases import afterwards
from processes.cases.errands import errands_for
from processes.cases.owing import JOB, WISH, Wish, note
from processes.cases.playing import Result
from processes.cases.running import Errand, errand_for, keep
from processes.job_kinds import Args, register

EVERY = 1.0
"""So many seconds between two notes of how far a run has come."""
Ran = list[tuple[Errand, list[Result]]]


class Progress:
    """Counts the cases of one run, and asks now and then whether it is to go on."""

    def __init__(self, key: str, every: int) -> None:
        self.key, self.every, self.done = key, every, 0
        self.goes_on, self.noted = True, 0.0

    def __call__(self, number: int = 1) -> bool:
        """Count cases; return whether to go on."""
        self.done += number
        if self.goes_on and monotonic() - self.noted >= EVERY:
            self.noted = monotonic()
            with unit_of_work() as session:
                self.goes_on = note(session, self.key, self.done, self.every)
        return self.goes_on


def _prepare(args: Args, settings: Settings) -> Ran:
    wish = Wish(**args[WISH])  # as ``owe`` wrote it
    with reading() as session:
        proposal = session.get(Proposal, wish.proposal) if wish.proposal else None
        if wish.proposal and proposal is None:
            return []
        errands = _wanted(session, wish, proposal)
    progress = Progress(str(args["key"]), sum(len(one.names) for one in errands))
    progress(0)
    found = [(one, one.run(settings, progress)) for one in errands if progress.goes_on]
    return found if progress.goes_on else [(_only(one, got), got) for one, got in found]


def _wanted(session: Session, wish: Wish, proposal: Proposal | None) -> list[Errand]:
    if proposal is not None and not wish.flow and not wish.path:
        return errands_for(session, proposal)
    everything = bool(wish.path)
    errand = errand_for(session, wish.county, proposal, wish.flow, everything=everything)
    return [_narrowed(errand, wish)]


def _only(errand: Errand, results: Sequence[Result]) -> Errand:
    """Return an errand without what it was stopped before: that keeps its former result."""
    done = {(one.path, one.name) for one in results}
    plans = tuple(one for one in errand.plans if (one.path, one.case.name) in done)
    return replace(errand, plans=plans)


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


def _store(session: Session, args: Args, ran: Ran, _: Settings) -> None:
    for errand, results in ran:
        keep(session, errand, results)
    if len(ran) == 1:
        afterwards.change(session, Wish(**args[WISH]), ran[0][1])


register(JOB, _store, prepare=_prepare)
