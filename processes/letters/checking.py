"""Whether a letter is genuine: what anybody who has its check code may know."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.document import Document
from models.identity.party import Party
from models.letter import SIGNS, Letter, LetterKind, read_code, shown_code
from models.project import Project


@dataclass(frozen=True, kw_only=True)
class Genuine:
    """A letter that was issued; what is not public of it is left empty."""

    code: str
    title: str
    number: str
    issued_at: datetime
    project: str = ""
    project_number: str = ""
    recipient: str = ""
    draw_id: str | None = None
    sha256: str = ""
    is_current: bool = True
    voided_at: datetime | None = None
    void_reason: str = ""


def check_letter(session: Session, typed: str) -> Genuine | None:
    """Return what may be said of the letter with this code; None when none was issued."""
    code = read_code(typed)
    letter = _by_code(session, code) if len(code) == SIGNS else None
    if letter is None or letter.document_id is None:
        return None
    project = session.get(Project, letter.project_id) if letter.project_id else None
    document = session.get_one(Document, letter.document_id)
    # An application is the owner's and the centre's; an award has been public since its notice.
    is_public = letter.kind is LetterKind.AWARD_LETTER
    recipient = session.get(Party, letter.party_id) if is_public and letter.party_id else None
    return Genuine(
        code=shown_code(letter.code),
        title=letter.title,
        number=letter.number if is_public else "",
        issued_at=letter.issued_at,
        project=project.title if is_public and project else "",
        project_number=project.number if is_public and project else "",
        recipient=recipient.name if recipient else "",
        draw_id=letter.draw_id if is_public else None,
        sha256=document.sha256,
        is_current=letter.voided_at is None and _is_current(session, letter, project),
        voided_at=letter.voided_at,
        void_reason=letter.void_reason,
    )


def same_file(genuine: Genuine, data: bytes) -> bool:
    """Return whether a file is, byte for byte, the letter that was issued."""
    return hashlib.sha256(data).hexdigest() == genuine.sha256


def _by_code(session: Session, code: str) -> Letter | None:
    return session.scalar(select(Letter).where(Letter.code == code))


def _is_current(session: Session, letter: Letter, project: Project | None) -> bool:
    """Return whether nothing newer took the letter's place and the award still stands."""
    if letter.kind is LetterKind.OTHER_LETTER or project is None:
        return True  # a case may issue several
    newer = select(Letter.id).where(
        Letter.project_id == letter.project_id,
        Letter.kind == letter.kind,
        Letter.issued_at > letter.issued_at,
    )
    if session.scalar(newer.limit(1)) is not None:
        return False
    return letter.kind is not LetterKind.AWARD_LETTER or project.winner_id == letter.party_id
