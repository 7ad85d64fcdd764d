"""Who may have a letter: whom it is for, the project's owner or agency, the county's centre."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select, true, union
from sqlalchemy.orm import Session

from models.document import Document
from models.errors import NotFoundError, UnavailableError
from models.flow.instance import NAMED, Instance
from models.identity.actor import EVERYWHERE, Actor
from models.letter import Letter, read_code
from models.project import Project
from processes.access import CENTRE

MOST_LISTED = 200
NEWEST = (Letter.issued_at.desc(), Letter.id)


class LetterNotFoundError(NotFoundError):
    """It is not there, or this person may not have it: the same words for both."""

    message = "没有找到这份文书，或您不是它的收件人。请核对核验码，或联系交易中心。"


class LetterNotMadeError(UnavailableError):
    """The letter is owed and its PDF is still being made."""

    message = "文书正在生成，请稍候刷新；长时间没有生成的，请联系系统管理员。"


@dataclass(frozen=True)
class LetterLine:
    """A letter in a list; ``about`` and ``number`` name its project, or else its case."""

    letter: Letter
    about: str
    number: str


def letters_of(session: Session, actor: Actor) -> list[LetterLine]:
    """Return the letters this person may have, the newest first."""
    query = (
        select(Letter, Project.title, Project.number, Instance.subject)
        .outerjoin(Project, Project.id == Letter.project_id)
        .outerjoin(Instance, Instance.id == Letter.instance_id)
        .where(Letter.id.in_(union(*_newest(actor))))
        .order_by(*NEWEST)
        .limit(MOST_LISTED)
    )
    return [
        LetterLine(letter, title or subject or "", number or "")
        for letter, title, number, subject in session.execute(query)
    ]


def _newest(actor: Actor) -> Iterator[Select[str]]:
    """Yield a query for each way in which a letter is this person's: each has an index."""
    ways: list[ColumnElement[bool]] = []
    centres = actor.counties_of(CENTRE)
    if EVERYWHERE in centres:
        ways.append(true())
    else:
        ways += [Letter.county_code == code for code in sorted(centres)]
    ways.append(_of_own_cases(actor))
    if actor.party_id:
        ways += [
            Letter.party_id == actor.party_id,
            Letter.project_id.in_(select(Project.id).where(Project.owner_id == actor.party_id)),
            Letter.project_id.in_(select(Project.id).where(Project.agency_id == actor.party_id)),
        ]
    for way in ways:
        newest = select(Letter.id).where(way).order_by(*NEWEST).limit(MOST_LISTED).subquery()
        yield select(newest.c.id)


def readable_letter(session: Session, typed: str, actor: Actor) -> Document:
    """Return a letter's PDF when this person may have it."""
    query = (
        select(Letter)
        .outerjoin(Project, Project.id == Letter.project_id)
        .where(Letter.code == read_code(typed), _is_for(actor))
    )
    letter = session.scalar(query)
    if letter is None:
        raise LetterNotFoundError
    if letter.document_id is None:
        raise LetterNotMadeError
    return session.get_one(Document, letter.document_id)


def _of_own_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for letters of cases without a project that the actor began."""
    mine = select(Instance.id).where(NAMED, Instance.started_by == actor.account_id)
    return Letter.project_id.is_(None) & Letter.instance_id.in_(mine)


def _is_for(actor: Actor) -> ColumnElement[bool]:
    centres = actor.counties_of(CENTRE)
    ours: list[ColumnElement[bool]] = [_of_own_cases(actor)]
    if actor.party_id:
        ours += [
            Letter.party_id == actor.party_id,
            Project.owner_id == actor.party_id,
            Project.agency_id == actor.party_id,
        ]
    if EVERYWHERE in centres:
        return Letter.id.is_not(None)
    return or_(Letter.county_code.in_(centres), *ours)
