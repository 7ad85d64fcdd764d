"""Joining and leaving a selection: rows that tell nobody whose they are (selection.md 3).

Nothing here writes a log entry, an outbox row or a time. Refusals are the same words for everybody
and speak only of the one who asks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.clock import business_now, iso
from models.identity.actor import Actor
from models.identity.party import Party
from models.ids import new_id, random_bytes
from models.project import Project, ProjectPhase, SelectionMethod
from models.roster import eligibility
from models.selection import (
    draw_keys,
    draw_v1,
    draws,
    envelope,
    guardians,
    receipts,
    registration_warnings,
    schedule,
)
from models.selection.envelope_form import check_envelope, is_hex
from models.selection.interest_errors import (
    AlreadyJoinedError,
    BadTicketError,
    JoiningClosedError,
    NotAContractorError,
    NotFittingError,
    NotJoinedError,
    TermsNotAcceptedError,
    TextTooLongError,
)
from models.selection.jcs import canonical
from models.selection.tables import Draw, DrawState, Interest
from models.settings import Settings

CONTRACTOR = "contractor"
MOST_TEXT = 160
"""Characters of contact and remark: padded to one block, so a length tells nothing."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What joining sends; a program may leave the sealing to the platform."""

    accept: bool
    contact: str = ""
    remark: str = ""
    org_commit: str | None = None
    envelope: Mapping[str, Any] | None = None


def current_draw(session: Session, project_id: str, actor: Actor) -> tuple[Draw, Project]:
    """Return the draw that takes the actor's tickets now; raise when none does.

    That a list is closed is told first, and to everybody alike: what follows is public anyway.
    """
    _party_id(actor)
    draw = session.scalars(
        select(Draw)
        .where(Draw.project_id == project_id, Draw.state == DrawState.OPEN)
        .order_by(Draw.round.desc())
        # the freeze locks this row: whoever was let in before it is in the list, nobody after
        .with_for_update(read=True)
    ).first()
    if draw is None or draw.freeze_at is None or business_now() >= draw.freeze_at:
        raise _closed(session, project_id)
    project = session.get_one(Project, project_id)
    if not actor.holds(CONTRACTOR, project.county_code):
        raise NotAContractorError
    return draw, project


def _closed(session: Session, project_id: str) -> JoiningClosedError:
    """Return why nobody joins or leaves now: the same words for everybody, public anyway."""
    project = session.get(Project, project_id)
    if project is not None and project.phase is ProjectPhase.PAUSED:
        return JoiningClosedError(JoiningClosedError.paused)
    if project is not None and project.method is SelectionMethod.COMPARATIVE_SELECTION:
        return JoiningClosedError(JoiningClosedError.compared)
    newest = draws.latest(session, project_id)
    former = schedule.predecessor(session, newest) if newest is not None else None
    waits = newest is not None and newest.state in schedule.NOT_OPEN_YET
    if schedule.was_stopped(newest) or (waits and schedule.was_stopped(former)):
        return JoiningClosedError(JoiningClosedError.changing)
    return JoiningClosedError()


def sealing_context(draw: Draw, ticket: str) -> dict[str, str]:
    """Return the context of a joining envelope."""
    return {"project": draw.project_id, "kind": "interest", "holder": ticket}


def join(
    session: Session, settings: Settings, project_id: str, actor: Actor, submission: Submission
) -> dict[str, Any]:
    """Give the actor's enterprise a ticket and return its signed receipt (DZ-76.1, DZ-A5)."""
    draw, project = current_draw(session, project_id, actor)
    party = party_of(session, actor)
    if not submission.accept:
        raise TermsNotAcceptedError
    _must_fit(session, party, project)
    pseudonym = draw_keys.pseudonym(settings, draw.id, party.credit_code)
    if _live(session, draw.id, pseudonym) is not None:
        raise AlreadyJoinedError
    sealed, blind = _sealed(session, settings, draw, party, submission)
    row = Interest(
        ticket=sealed["ctx"]["holder"],
        draw_id=draw.id,
        pseudonym=pseudonym,
        org_commit=_org_commit(draw, party, submission, blind),
        envelope=canonical(sealed).decode(),
        contact=draw_keys.conceal(settings, draw.id, _texts(submission)),
        live=True,
    )
    _insert(session, row)
    told = receipts.make(session, settings, draw, project, row)
    told |= registration_warnings.told(session, draw, project, party)
    return told | ({"blind": blind} if blind else {})


def leave(session: Session, settings: Settings, project_id: str, actor: Actor) -> None:
    """Turn the actor's ticket into a tombstone, until the list freezes."""
    draw, _ = current_draw(session, project_id, actor)
    party = party_of(session, actor)
    row = _live(session, draw.id, draw_keys.pseudonym(settings, draw.id, party.credit_code))
    if row is None:
        raise NotJoinedError
    row.live = False


def own_row(session: Session, settings: Settings, draw: Draw, party: Party) -> Interest | None:
    """Return the row of a party's live ticket in a draw; None when it has none."""
    if draw.published_at is not None or not draw_keys.exists(settings, draw.id):
        return session.scalars(
            select(Interest).where(
                Interest.draw_id == draw.id, Interest.party_id == party.id, Interest.live
            )
        ).first()
    return _live(session, draw.id, draw_keys.pseudonym(settings, draw.id, party.credit_code))


def party_of(session: Session, actor: Actor) -> Party:
    """Return the enterprise for which the actor joins; raise when there is none."""
    return session.get_one(Party, _party_id(actor))


def _party_id(actor: Actor) -> str:
    if CONTRACTOR not in actor.roles or actor.party_id is None:
        raise NotAContractorError
    return actor.party_id


def _insert(session: Session, row: Interest) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same enterprise in two windows at once
        raise AlreadyJoinedError from None


def _must_fit(session: Session, party: Party, project: Project) -> None:
    reasons = eligibility.fits(session, party.id, project, business_now())
    if reasons:
        lacking = "；".join(f"{one.condition}（{one.found}）" for one in reasons)
        raise NotFittingError(lacking=lacking)


def _live(session: Session, draw_id: str, pseudonym: str) -> Interest | None:
    query = select(Interest).where(
        Interest.draw_id == draw_id, Interest.pseudonym == pseudonym, Interest.live
    )
    return session.scalars(query).first()


def _sealed(
    session: Session, settings: Settings, draw: Draw, party: Party, submission: Submission
) -> tuple[dict[str, Any], str]:
    """Return the envelope, and the blind when the platform had to seal it (programs)."""
    keepers = guardians.public_guardians(session)
    if submission.envelope is None and submission.org_commit is None:
        blind = random_bytes(32).hex()
        value = {"org": party.credit_code, "blind": blind, "at": iso(business_now())}
        return envelope.seal(sealing_context(draw, new_id()), value, keepers), blind
    given = dict(submission.envelope or {})
    context = given.get("ctx")
    ticket = context.get("holder") if isinstance(context, dict) else None
    if not is_hex(ticket, 16) or not is_hex(submission.org_commit, 32):
        raise BadTicketError
    if session.get(Interest, ticket) is not None:
        raise BadTicketError
    expected = sealing_context(draw, str(ticket))
    checked = check_envelope(given, ctx=expected, guardians=keepers)
    guardians.test_open(session, settings, checked)
    return checked, ""


def _org_commit(draw: Draw, party: Party, submission: Submission, blind: str) -> str:
    return submission.org_commit or draw_v1.org_commit(draw.alg, party.credit_code, blind)


def _texts(submission: Submission) -> str:
    text = canonical({"contact": submission.contact, "remark": submission.remark}).decode()
    if len(submission.contact) + len(submission.remark) > MOST_TEXT:
        raise TextTooLongError
    return text
