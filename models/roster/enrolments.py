"""The life of an enrolment: begun, submitted, sent back, passed or refused; old facts hold until
the new ones are passed."""  # noqa: D205, D209

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.clock import business_now
from models.document import Document
from models.flow.instance import Instance, InstanceStatus
from models.identity.party import Party, PartyRole, PartyStatus
from models.ids import new_id
from models.roster import enrolment_errors as errors
from models.roster.enrolment import KIND_TITLES, OPEN, EnrolmentRound, RoundState
from models.roster.qualification_rows import check_rows, rows_of_entry

PROFILE = (
    "legal_person",
    "address",
    "owner_kind",
    "trade",
    "established_on",
    "registered_capital",
    "business_scope",
    "business_licence",
)
"""What stands in ``Party.profile`` or its own columns, besides the name."""
COLUMNS = ("legal_person", "address")
LANDSCAPING = "landscaping"
FLOWS = {"owner": "owner_enrolment", "contractor": "contractor_enrolment"}
UNITS_FLOW = "unit_enrolment"
"""The flow of every other kind, which is told the kind at its start."""
CASE_OVER = (InstanceStatus.COMPLETED, InstanceStatus.TERMINATED)


@dataclass(frozen=True)
class Place:
    """The party's case in a county."""

    instance_id: str
    party_id: str
    county: str


def begin(session: Session, place: Place, kind: str) -> EnrolmentRound:
    """Open the first round of a case; one case at a time for a party in a county."""
    if (known := open_round(session, place.party_id, place.county)) is not None:
        if not _is_left_behind(session, known):
            raise errors.AlreadyOpenError
        known.state, known.decided_at = RoundState.ENDED, business_now()
        session.flush()
    _check_kind(session, place, kind)
    is_change = role_of(session, place.party_id, place.county) == kind
    try:
        return _add(session, place, kind, number=1, is_change=is_change)
    except IntegrityError:
        raise errors.AlreadyOpenError from None


def in_force(session: Session, round_: EnrolmentRound) -> dict[str, Any]:
    """Return what is filled in at the start: the facts in force, with files this case may carry."""
    party = session.get_one(Party, round_.party_id)
    facts = profile_of(party)
    last = last_passed(session, round_)
    rows = rows_of_entry(session, party.id, round_.county_code, last)
    known = {**facts, "credit_code": party.credit_code, "qualifications": rows or None}
    return {name: _with_own_files(session, value, round_) for name, value in known.items()}


def submit(
    session: Session,
    round_: EnrolmentRound,
    profile: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    today: date,
) -> None:
    """Check and keep what was filled in; raise with every fault at its place."""
    if rows or needs_qualification(round_.kind, str(profile.get("trade") or "")):
        check_rows(rows, today)
    facts = {name: profile.get(name) for name in ("name", *PROFILE) if profile.get(name)}
    facts["name"] = str(facts.get("name") or "").strip()
    if round_.is_change and not _differs(session, round_, facts, rows):
        raise errors.NothingChangedError
    round_.profile, round_.qualifications = facts, [dict(row) for row in rows]
    round_.trade = str(facts.get("trade") or "")


def needs_qualification(kind: str, trade: str) -> bool:
    """Return whether this kind enrols with a certificate only; landscapers need none to build."""
    return kind == "supervisor" or (kind == "contractor" and trade != LANDSCAPING)


def close(
    session: Session, round_: EnrolmentRound, state: RoundState, by: str, at: datetime
) -> None:
    """Decide a round: it goes into history as it is."""
    round_.state, round_.decided_by, round_.decided_at = state, by, at
    session.flush()


def reopen(session: Session, round_: EnrolmentRound) -> EnrolmentRound:
    """Open the next round after a return."""
    place = Place(round_.instance_id, round_.party_id, round_.county_code)
    return _add(session, place, round_.kind, number=round_.round + 1, is_change=round_.is_change)


def put_in_force(session: Session, round_: EnrolmentRound) -> Party:
    """Make a passed round's facts the party's own, and let the party work in its kind."""
    party = session.get_one(Party, round_.party_id)
    facts = dict(round_.profile)
    party.name = facts.pop("name") or party.name
    for column in COLUMNS:
        setattr(party, column, facts.pop(column, "") or "")
    party.profile = facts
    party.status = PartyStatus.ACTIVE
    if role_of(session, party.id, round_.county_code) is None:
        row = PartyRole(party_id=party.id, role=round_.kind, county_code=round_.county_code)
        session.add(row)
    session.flush()
    return party


def open_round(session: Session, party_id: str, county: str) -> EnrolmentRound | None:
    """Return the round that is being filled in or verified, or was when its case was ended."""
    query = select(EnrolmentRound).where(
        EnrolmentRound.party_id == party_id,
        EnrolmentRound.county_code == county,
        EnrolmentRound.state.in_(OPEN),
    )
    return session.scalar(query)


def pending_round(session: Session, party_id: str, county: str) -> EnrolmentRound | None:
    """Return the round with which somebody can still go on."""
    found = open_round(session, party_id, county)
    return None if found is None or _is_left_behind(session, found) else found


def _is_left_behind(session: Session, round_: EnrolmentRound) -> bool:
    """Return whether the round's case is over: nobody will ever decide it."""
    query = select(Instance.status).where(Instance.id == round_.instance_id)
    return session.scalar(query) in CASE_OVER


def round_in(session: Session, instance_id: str, state: RoundState) -> EnrolmentRound:
    """Return the case's newest round, which must be in a state."""
    query = select(EnrolmentRound).where(EnrolmentRound.instance_id == instance_id)
    found = session.scalars(query.order_by(EnrolmentRound.round.desc()).limit(1)).first()
    if found is None or found.state is not state:
        raise errors.NoOpenRoundError
    return found


def rounds_of(session: Session, party_id: str) -> list[EnrolmentRound]:
    """Return every round that a party handed in, the newest first."""
    query = select(EnrolmentRound).where(
        EnrolmentRound.party_id == party_id, EnrolmentRound.submitted_at.is_not(None)
    )
    return list(session.scalars(query.order_by(EnrolmentRound.submitted_at.desc())))


def profile_of(party: Party) -> dict[str, Any]:
    """Return a party's facts in force under the names of the form."""
    own = {"name": party.name, "legal_person": party.legal_person, "address": party.address}
    return dict.fromkeys(PROFILE) | dict(party.profile) | own


def flow_of(kind: str) -> str:
    """Return the flow by which this kind enrols and changes its facts."""
    return FLOWS.get(kind, UNITS_FLOW)


def role_of(session: Session, party_id: str, county: str) -> str | None:
    """Return as what a party is enrolled in a county."""
    query = select(PartyRole.role).where(
        PartyRole.party_id == party_id,
        PartyRole.county_code == county,
        PartyRole.role.in_(KIND_TITLES),
    )
    return session.scalar(query.limit(1))


def _check_kind(session: Session, place: Place, kind: str) -> None:
    known = role_of(session, place.party_id, place.county)
    if known is not None and known != kind:
        raise errors.PartyKindTakenError(known=KIND_TITLES[known], asked=KIND_TITLES[kind])


def _add(
    session: Session, place: Place, kind: str, *, number: int, is_change: bool
) -> EnrolmentRound:
    row = EnrolmentRound(
        id=new_id(),
        instance_id=place.instance_id,
        party_id=place.party_id,
        county_code=place.county,
        kind=kind,
        is_change=is_change,
        round=number,
        state=RoundState.DRAFT,
        profile={},
        qualifications=[],
        reasons="",
    )
    session.add(row)
    session.flush()
    return row


def last_passed(session: Session, round_: EnrolmentRound) -> EnrolmentRound | None:
    """Return the party's round that was passed last, whose facts are in force."""
    query = select(EnrolmentRound).where(
        EnrolmentRound.party_id == round_.party_id,
        EnrolmentRound.county_code == round_.county_code,
        EnrolmentRound.state == RoundState.PASSED,
    )
    return session.scalars(query.order_by(EnrolmentRound.decided_at.desc()).limit(1)).first()


def _differs(
    session: Session,
    round_: EnrolmentRound,
    facts: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
) -> bool:
    party = session.get_one(Party, round_.party_id)
    before = {name: value for name, value in profile_of(party).items() if value}
    held = rows_of_entry(session, party.id, round_.county_code, last_passed(session, round_))
    return bool(_bare(before) != _bare(dict(facts)) or _bare(held) != _bare(list(rows)))


def _bare(value: Any) -> Any:  # noqa: ANN401 - JSON data
    """Return JSON data in which a file is its content: a copy of the same file is no change."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if isinstance(value, Mapping):
        if "sha256" in value:
            return value["sha256"]
        return {name: _bare(one) for name, one in value.items() if one not in (None, "", [])}
    return value


def _with_own_files(session: Session, value: Any, round_: EnrolmentRound) -> Any:  # noqa: ANN401
    """Return the facts with each file copied into this case: the former case keeps its own."""
    if isinstance(value, list):
        return [_with_own_files(session, one, round_) for one in value]
    if not isinstance(value, dict):
        return value
    if "sha256" not in value:
        return {name: _with_own_files(session, one, round_) for name, one in value.items()}
    return {**value, "id": _copy(session, str(value["id"]), round_)}


def _copy(session: Session, document_id: str, round_: EnrolmentRound) -> str:
    source = session.get_one(Document, document_id)
    columns = {
        name: getattr(source, name)
        for name in ("sha256", "name", "media_type", "size", "kind", "county_code", "party_id",
                     "uploaded_by", "created_at")
    }  # fmt: skip
    copy = Document(id=new_id(), instance_id=round_.instance_id, **columns)
    session.add(copy)
    session.flush()
    return copy.id
