"""Letters (文书): what is issued as PDF, with the words as they stood when it was owed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text100
from models.ids import random_bytes

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty-two signs that nobody takes for one another (no I, L, O, U)."""
SIGNS = 12
GROUP = 4
LOOK_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})


class LetterKind(StrEnum):
    """Kinds of letter; each has a template of its name in the packs."""

    ENTRY_APPLICATION = "entry_application"
    AWARD_LETTER = "award_letter"
    OTHER_LETTER = "other_letter"


LETTER_TITLES = {
    LetterKind.ENTRY_APPLICATION: "小额工程进场交易申请表",
    LetterKind.AWARD_LETTER: "小额工程中选通知书",
    LetterKind.OTHER_LETTER: "其他文书",
}


class Letter(Base):
    """One letter: owed with its words by an operator, made into a PDF by a job."""

    __tablename__ = "letter"
    __table_args__ = (
        Index(None, "project_id", "kind", "issued_at"),
        Index(None, "party_id"),
        Index(None, "issued_at"),
        Index(None, "county_code", "issued_at"),
    )

    id: Mapped[id_pk]
    key: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[LetterKind] = mapped_column(info={"label": "文书"})
    code: Mapped[str] = mapped_column(String(SIGNS), unique=True, info={"label": "核验码"})
    number: Mapped[text100] = mapped_column(default="", info={"label": "文号"})
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id"))
    """Nothing where the case is no project's."""
    instance_id: Mapped[str] = mapped_column(String(32))
    draw_id: Mapped[str | None] = mapped_column(String(32))
    party_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"), info={"label": "发给"})
    words: Mapped[dict[str, object]] = mapped_column(JSON)
    issued_at: Mapped[datetime] = mapped_column(info={"label": "签发时间"})
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    voided_at: Mapped[datetime | None] = mapped_column(info={"label": "作废时间"})
    void_reason: Mapped[text100] = mapped_column(default="", info={"label": "作废原因"})

    @property
    def title(self) -> str:
        """The letter's own title, as it is printed."""
        return str(self.words.get("title") or LETTER_TITLES[self.kind])


def new_code() -> str:
    """Return a fresh check code: 60 random bits in twelve signs."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in random_bytes(SIGNS))


def shown_code(code: str) -> str:
    """Return a check code as it is printed: ``7KQ2-M9XD-41TF``."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(typed: str) -> str:
    """Return a check code as it is stored, from whatever somebody typed."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    return signs.translate(LOOK_ALIKE)[:SIGNS]
