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

from models import installation
from models.clock import business_now, iso
from models.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from models.identity.actor import Actor
from models.identity.party import Party
from models.ids import new_id, random_bytes
from models.project import Project
from models.roster import eligibility
from models.selection import draw_keys, draw_v1, envelope, guardians
from models.selection.envelope_form import check_envelope, is_hex
from models.selection.jcs import canonical
from models.selection.tables import Draw, DrawState, Interest
from models.settings import Settings

CONTRACTOR = "contractor"
MOST_TEXT = 160
"""Characters of contact and remark: padded to one block, so a length tells nothing."""


class JoiningClosedError(ConflictError):
    """The list is frozen, or has never been open."""

    message = "本项目现在不接受参与或退出：报名尚未开始或名单已经冻结，请以公告时间为准。"


class NotAContractorError(ForbiddenError):
    """Only an enterprise's own account joins for it."""

    message = "只有本区县名册库内施工企业的账号才能参与，请用本企业的账号登录。"


class NotFittingError(InvalidError):
    """The enterprise that asks lacks something; it is told what."""

    message = "本企业目前不符合参与条件：{lacking}。补齐后可在报名截止前再来参与。"


class TermsNotAcceptedError(InvalidError):
    """The tick is missing."""

    message = "请先勾选“本企业承诺全面响应本项目选取公告的全部条件”，再确认参与。"


class AlreadyJoinedError(ConflictError):
    """The enterprise has a live ticket already."""

    message = "本企业已经参与了这个项目，一家企业只有一张票；可在“我的参与”里查看。"


class NotJoinedError(NotFoundError):
    """The enterprise has no live ticket."""

    message = "本企业没有参与这个项目，或者已经退出，不需要再办理。"


class BadTicketError(InvalidError):
    """The ticket was not made by this platform or is used already."""

    message = "票号无效，请刷新页面后重新参与。"


class TextTooLongError(InvalidError):
    """Contact or remark is longer than what can be kept hidden."""

    message = "联系人和备注合计不能超过160个字，请缩短后重新提交。"


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What joining sends; a program may leave the sealing to the platform."""

    accept: bool
    contact: str = ""
    remark: str = ""
    org_commit: str | None = None
    envelope: Mapping[str, Any] | None = None


def current_draw(session: Session, project_id: str) -> Draw:
    """Return the draw of a project that takes tickets now; raise when none does."""
    draw = session.scalars(
        select(Draw)
        .where(Draw.project_id == project_id, Draw.state == DrawState.OPEN)
        .order_by(Draw.round.desc())
        # the freeze locks this row: whoever was let in before it is in the list, nobody after
        .with_for_update(read=True)
    ).first()
    if draw is None or draw.freeze_at is None or business_now() >= draw.freeze_at:
        raise JoiningClosedError
    return draw


def sealing_context(draw: Draw, ticket: str) -> dict[str, str]:
    """Return the context of a joining envelope."""
    return {"project": draw.project_id, "kind": "interest", "holder": ticket}


def join(
    session: Session, settings: Settings, project_id: str, actor: Actor, submission: Submission
) -> dict[str, Any]:
    """Give the actor's enterprise a ticket and return its signed receipt (DZ-76.1, DZ-A5)."""
    party = _party(session, actor)
    draw = current_draw(session, project_id)
    project = session.get_one(Project, project_id)
    if not submission.accept:
        raise TermsNotAcceptedError
    _must_fit(session, party, project)
    pseudonym = draw_keys.pseudonym(settings, draw.id, party.credit_code)
    if _live(session, draw.id, pseudonym) is not None:
        raise AlreadyJoinedError
    sealed, blind = _sealed(session, settings, draw, party, submission)
    ticket = sealed["ctx"]["holder"]
    _insert(
        session,
        Interest(
            ticket=ticket,
            draw_id=draw.id,
            pseudonym=pseudonym,
            org_commit=submission.org_commit
            or draw_v1.org_commit(draw.alg, party.credit_code, blind),
            envelope=canonical(sealed).decode(),
            contact=draw_keys.conceal(settings, draw.id, _texts(submission)),
            live=True,
        ),
    )
    return receipt(session, settings, draw, project, ticket) | ({"blind": blind} if blind else {})


def leave(session: Session, settings: Settings, project_id: str, actor: Actor) -> None:
    """Turn the actor's ticket into a tombstone, until the list freezes."""
    party = _party(session, actor)
    draw = current_draw(session, project_id)
    row = _live(session, draw.id, draw_keys.pseudonym(settings, draw.id, party.credit_code))
    if row is None:
        raise NotJoinedError
    row.live = False


def receipt(
    session: Session, settings: Settings, draw: Draw, project: Project, ticket: str
) -> dict[str, Any]:
    """Return a ticket's receipt, signed by the key of the log (DZ-74.1, HR-5.4.1)."""
    key = installation.log_key(session, settings)
    row = session.get_one(Interest, ticket)
    told = {
        "v": 1,
        "issuer": key.name,
        "project": project.id,
        "number": project.number,
        "draw": draw.id,
        "alg": draw.alg,
        "ticket": ticket,
        "org_commit": row.org_commit,
    }
    return told | {"signature": key.private.sign(canonical(told)).hex()}


def own_ticket(session: Session, settings: Settings, draw: Draw, party: Party) -> str | None:
    """Return the live ticket of a party in a draw; None when it has none."""
    if draw.published_at is not None:
        return session.scalars(
            select(Interest.ticket).where(
                Interest.draw_id == draw.id, Interest.party_id == party.id, Interest.live
            )
        ).first()
    row = _live(session, draw.id, draw_keys.pseudonym(settings, draw.id, party.credit_code))
    return row.ticket if row else None


def live_tickets(session: Session, draw_id: str) -> list[Interest]:
    """Return the live tickets of a draw in ticket order."""
    query = select(Interest).where(Interest.draw_id == draw_id, Interest.live)
    return list(session.scalars(query.order_by(Interest.ticket)))


def _insert(session: Session, row: Interest) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same enterprise in two windows at once
        raise AlreadyJoinedError from None


def _party(session: Session, actor: Actor) -> Party:
    if CONTRACTOR not in actor.roles or actor.party_id is None:
        raise NotAContractorError
    return session.get_one(Party, actor.party_id)


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
    if submission.envelope is None:
        blind = random_bytes(32).hex()
        value = {"org": party.credit_code, "blind": blind, "at": iso(business_now())}
        return envelope.seal(sealing_context(draw, new_id()), value, keepers), blind
    ticket = str((submission.envelope.get("ctx") or {}).get("holder", ""))
    if not is_hex(ticket, 16) or session.get(Interest, ticket) is not None:
        raise BadTicketError
    if not is_hex(submission.org_commit, 32):
        raise BadTicketError
    context = sealing_context(draw, ticket)
    checked = check_envelope(dict(submission.envelope), ctx=context, guardians=keepers)
    guardians.test_open(session, settings, checked)
    return checked, ""


def _texts(submission: Submission) -> str:
    text = canonical({"contact": submission.contact, "remark": submission.remark}).decode()
    if len(submission.contact) + len(submission.remark) > MOST_TEXT:
        raise TextTooLongError
    return text
