"""What is to be run for a proposal: its county's cases, or for the base those of every county."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE
from models.flow.proposal import Proposal
from models.flow.rehearsal import CaseRun
from models.identity.county import County
from processes.cases.format import FOLDER
from processes.cases.running import Errand, errand_for, runs_of
from processes.proposals import files


def errands_for(session: Session, proposal: Proposal) -> list[Errand]:
    """Return the runs that a proposal owes; of the base, those that something was touched of."""
    if proposal.county_code != BASE:
        return [errand_for(session, proposal.county_code, proposal)]
    found = [errand_for(session, one, proposal) for one in counties_with_cases(session)]
    return [one for one in found if one.names]


def counties_with_cases(session: Session) -> list[str]:
    """Return the counties that have worked cases of their own."""
    codes = session.scalars(select(County.code).order_by(County.code)).all()
    return [code for code in codes if _has_cases(session, code)]


def _has_cases(session: Session, code: str) -> bool:
    held = files.digests(session, code)
    return any(path.startswith(FOLDER) and whose == code for path, (_, whose) in held.items())


def places_of(session: Session, proposal: Proposal) -> list[str]:
    """Return where a proposal's cases run: in its county, or in every one that has cases."""
    is_base = proposal.county_code == BASE
    return counties_with_cases(session) if is_base else [proposal.county_code]


def runs_for(session: Session, proposal: Proposal) -> list[CaseRun]:
    """Return the last runs of every case under a proposal, county by county."""
    places = places_of(session, proposal)
    return [one for code in places for one in runs_of(session, code, proposal.id)]
