"""Runs the worked cases that a change may touch, and keeps what came of them.

What is to be run is gathered from the database first; it is run in processes of their own, with no
transaction open; what came of it is stored afterwards.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import accumulate, takewhile
from json import dumps
from time import perf_counter

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.calendar import load_calendar
from models.clock import business_now
from models.errors import SmallworksError
from models.flow.definition import BASE
from models.flow.proposal import Proposal
from models.flow.rehearsal import CaseRun
from models.ids import new_id
from models.settings import Settings
from processes import proposals
from processes.cases.format import FOLDER, CaseFile, CasesFaultyError, WorkedCase, read_cases
from processes.cases.playing import Plan, Result, failed, plans_of, play, steps_known
from processes.cases.ruling import check_rules
from processes.cases.touching import met_by_cases, steps_in, touched
from processes.packs.files import TOP
from processes.packs.pack import pack_of
from processes.packs.storing import DIAGRAMS
from processes.proposals import files as held_files
from processes.proposals.reading import laid_over
from processes.rehearsal import helper
from processes.rehearsal.orders import Files, Order, order_for

CHILDREN = 2
WORTH_TWO = 40
"""So many acts are worth a second process."""
LONGEST = 1000


GoesOn = Callable[[int], bool]


def _always(_: int) -> bool:
    return True


@dataclass(frozen=True)
class Errand:
    """What is to be run: cases of one county, or of it under a proposal."""

    county: str
    proposal: str | None
    digest: str
    order: Order
    plans: tuple[Plan, ...]
    known: frozenset[str]
    fresh: frozenset[str] = frozenset()
    """Steps that only the proposal has: recordings cannot know them yet."""
    rules: tuple[Result, ...] = ()
    unreadable: tuple[Result, ...] = ()

    @property
    def names(self) -> set[tuple[str, str]]:
        """Path and name of every case."""
        told = {(one.path, one.name) for one in (*self.rules, *self.unreadable)}
        return told | {(one.path, one.case.name) for one in self.plans}

    def run(self, settings: Settings, goes_on: GoesOn = _always) -> list[Result]:
        """Play the cases, in two processes when that is worth it; stop when asked to."""
        goes_on(len(self.unreadable) + len(self.rules))
        parts = [one for one in halves(self.plans) if one]
        with ThreadPoolExecutor(CHILDREN) as pool:
            played = pool.map(lambda part: self._counted(settings, part, goes_on), parts)
            found = [result for part in played for result in part]
        return [*self.unreadable, *self.rules, *found]

    def _counted(self, settings: Settings, plans: Sequence[Plan], goes_on: GoesOn) -> list[Result]:
        found = []
        for result in self._played(settings, plans):
            found.append(result)
            if not goes_on(1):
                break
        return found

    def _played(self, settings: Settings, plans: Sequence[Plan]) -> Iterator[Result]:
        try:
            with helper.rehearsed(settings, self.order) as world:
                yield from play(world, plans, self.known, self.fresh)
        except SmallworksError as error:
            for plan in plans:
                yield failed(plan.path, plan.case.name, plan.case.flow, error.text)


def halves(plans: Sequence[Plan]) -> list[list[Plan]]:
    """Return the cases in two parts of about as many acts, those with the same beginning together.

    A few cases stay in one part: a second process would cost more than it saves.
    """
    keyed = sorted(
        (([dumps(act, sort_keys=True) for act in one.acts], one) for one in plans),
        key=lambda pair: pair[0],
    )
    ordered = [one for _, one in keyed]
    sums = list(accumulate(_new_acts([acts for acts, _ in keyed])))
    if not sums or sums[-1] < WORTH_TWO:
        return [ordered]
    place = min(range(len(sums)), key=lambda number: abs(sums[number] - sums[-1] / 2)) + 1
    return [ordered[:place], ordered[place:]]


def _new_acts(cases: Sequence[Sequence[str]]) -> Iterator[int]:
    """Yield for each case how many of its acts the one before has not done already."""
    before: Sequence[str] = ()
    for acts in cases:
        pairs = zip(acts, before, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        yield len(acts) - same
        before = acts


def errand_for(
    session: Session,
    county: str,
    proposal: Proposal | None = None,
    flow: str = "",
    *,
    everything: bool = False,
) -> Errand:
    """Return what is to be run for a county's flow, or for what a proposal changes."""
    changed, visible = _laid(session, county, proposal)
    whole = proposals.overlay(session, proposal) if proposal else {}
    cases, unreadable = readable(visible)
    every = plans_of(cases)
    wanted = {flow} if flow else None
    is_part = proposal is not None and not flow and not everything
    met = met_by_cases(changed, proposals.files_in(session, county)) if is_part else None
    plans = touched(every, visible, met, wanted)
    owner = proposal.county_code if proposal else county
    is_below = owner != county and "rules.toml" not in changed
    rules = () if flow or is_below else tuple(_rules(session, (county, owner), changed, cases))
    return Errand(
        county=county,
        proposal=proposal.id if proposal else None,
        digest=digest_of(session, county, proposal),
        order=order_for(session, owner, whole, county=county),
        plans=tuple(plans),
        known=steps_known(every),
        fresh=fresh_steps(session, county, changed),
        rules=rules,
        unreadable=tuple(unreadable),
    )


def _laid(
    session: Session, county: str, proposal: Proposal | None
) -> tuple[Files, dict[str, bytes]]:
    """Return what a proposal changes for a county, and all that the county sees then.

    A file that a county has of its own hides what the base becomes.
    """
    held = proposals.files_in(session, county)
    if proposal is None:
        return {}, held
    changed = proposals.overlay(session, proposal)
    if proposal.county_code == county:
        return changed, laid_over(held, changed)
    listed = held_files.digests(session, county)
    own = {path for path, (_, whose) in listed.items() if whose == county}
    seen = {path: body for path, body in changed.items() if path not in own}
    below = {path: body for path, body in changed.items() if path in TOP}
    return {**seen, **below}, laid_over(held, {k: v for k, v in seen.items() if k not in TOP})


def fresh_steps(
    session: Session, county: str, changed: Mapping[str, bytes | None]
) -> frozenset[str]:
    """Return the steps that changed diagrams have and the flows in force have not."""
    drawn = {path for path, body in changed.items() if path.startswith(DIAGRAMS) and body}
    if not drawn:
        return frozenset()
    held = proposals.files_in(session, county)
    before = set().union(*(steps_in(held[path]) for path in held if path.startswith(DIAGRAMS)))
    after = set().union(*(steps_in(changed[path] or b"") for path in drawn))
    return frozenset(after - before)


def _rules(
    session: Session, place: tuple[str, str], changed: Files, cases: Sequence[tuple[str, CaseFile]]
) -> Iterator[Result]:
    """Yield what the cases of rules come to, with changes of the county or of the base below it."""
    county, owner = place
    pack = proposals.stored_pack(session, owner, changed)
    if county != owner:
        pack = pack_of(county, held_files.own_files(session, county), pack)
    yield from check_rules(pack, load_calendar(session), list(cases))


def readable(files: Mapping[str, bytes]) -> tuple[list[tuple[str, CaseFile]], list[Result]]:
    """Return the files of worked cases that can be read, and a failure for each other."""
    found, broken = [], []
    for path in sorted(path for path in files if path.startswith(FOLDER)):
        try:
            found.append((path, read_cases(files[path])))
        except CasesFaultyError as error:
            broken.append(failed(path, path, "", error.text))
    return found, broken


def digest_of(session: Session, county: str, proposal: Proposal | None) -> str:
    """Return the hash of every file that holds in a county with a proposal on top."""
    held = {path: body for path, (body, _) in held_files.digests(session, county).items()}
    if county != BASE:
        base = {path: body for path, (body, _) in held_files.digests(session, BASE).items()}
        held = {**{f"base/{path}": body for path, body in base.items()}, **held}
    if proposal is not None:
        held |= {
            path: row.sha256 or "" for path, row in proposals.rows_of(session, proposal).items()
        }
    return sha256(dumps(held, sort_keys=True).encode()).hexdigest()


def keep(session: Session, errand: Errand, results: Collection[Result]) -> None:
    """Store what came of an errand in place of what the same cases came to before."""
    now = business_now()
    for row in runs_of(session, errand.county, errand.proposal):
        if (row.path, row.name) in errand.names:
            session.delete(row)
    session.flush()
    session.add_all(_row(errand, one, now) for one in results)
    session.flush()


def runs_of(session: Session, county: str, proposal: str | None) -> list[CaseRun]:
    """Return the last run of every case of a county, or of it under a proposal."""
    query = select(CaseRun).where(CaseRun.county_code == county)
    # a comparison with nothing is written differently
    own = CaseRun.proposal_id.is_(None) if proposal is None else CaseRun.proposal_id == proposal
    return list(session.scalars(query.where(own).order_by(CaseRun.path, CaseRun.name)))


def _row(errand: Errand, one: Result, now: datetime) -> CaseRun:
    return CaseRun(
        id=new_id(),
        county_code=errand.county,
        proposal_id=errand.proposal,
        flow=one.flow,
        path=one.path,
        name=one.name,
        world=errand.digest,
        passed=one.passed,
        told="；".join([*one.told, *one.warnings])[:LONGEST],
        walked={key: list(ids) for key, ids in one.walked.items()},
        seconds=one.seconds,
        ran_at=now,
    )


def forget(session: Session, proposal: Proposal) -> None:
    """Drop what is stored of a proposal's runs."""
    session.execute(delete(CaseRun).where(CaseRun.proposal_id == proposal.id))


def timed(errand: Errand, settings: Settings) -> tuple[list[Result], float]:
    """Return the results of an errand and how long they took."""
    began = perf_counter()
    return errand.run(settings), perf_counter() - began


def cases_of(visible: Mapping[str, bytes], flow: str) -> list[tuple[str, WorkedCase]]:
    """Return the worked cases that are written for a flow, with the files they stand in."""
    return [
        (path, one)
        for path, file in readable(visible)[0]
        for one in file.cases
        if isinstance(one, WorkedCase) and one.flow == flow
    ]
