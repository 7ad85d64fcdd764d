"""The rows of the qualification list (资质): from form to roster and back, checked as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.roster.enrolment import EnrolmentRound
from models.roster.enrolment_errors import QualificationMissingError, QualificationsWrongError
from models.roster.entry import Qualification, RosterEntry

LIST = "qualifications"
LEVEL_NAMES = {0: "", 1: "一级", 2: "二级", 3: "三级", 4: "四级"}
LICENCE = "safety_licence"
SEPARATOR = "/"
EXPIRED = "这项资质已于{day}到期，请换发证书后按新证书填写；已经不用的请删去这一行。"
REVERSED = "有效期止早于有效期起，请对照证书核对。"
REPEATED = "同一类别的资质填了不止一行，请只留等级最高的一行。"
WRONG_KIND = "没有这种资质，请重新选择。"
WRONG_LEVEL = "没有这一等级，请重新选择。"

Row = Mapping[str, Any]


def check_rows(rows: Sequence[Row], today: date) -> None:
    """Raise with every fault of every row at its place, all at once."""
    if not rows:
        text = QualificationMissingError.message
        raise QualificationMissingError(fields={LIST: text})
    fields = {
        f"{LIST}[{number}].{name}": text
        for number, row in enumerate(rows)
        for name, text in _faults(row, rows[:number], today)
    }
    if fields:
        raise QualificationsWrongError(fields=fields)


def _faults(row: Row, before: Sequence[Row], today: date) -> Iterator[tuple[str, str]]:
    if SEPARATOR not in str(row.get("kind")):
        yield "kind", WRONG_KIND
    elif any(row["kind"] == other.get("kind") for other in before):
        yield "kind", REPEATED
    if str(row.get("level")) not in {str(level) for level in LEVEL_NAMES}:
        yield "level", WRONG_LEVEL
    start, end = (date.fromisoformat(row[name]) for name in ("valid_from", "valid_until"))
    if end < start:
        yield "valid_until", REVERSED
    elif end < today:
        yield "valid_until", EXPIRED.format(day=end.isoformat())


def qualification_of(row: Row) -> dict[str, Any]:
    """Return a row of the form as the columns of a qualification."""
    scheme, _, category = str(row["kind"]).partition(SEPARATOR)
    level = int(row["level"])
    return {
        "scheme": scheme,
        "category": category,
        "level": level,
        "level_name": LEVEL_NAMES[level],
        "certificate": str(row["certificate"]).strip(),
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_until": date.fromisoformat(row["valid_until"]),
    }


def rows_of_entry(
    session: Session, party_id: str, county: str, last: EnrolmentRound | None
) -> list[dict[str, Any]]:
    """Return the qualifications in force as rows of the form, with the files handed in last."""
    entry = entry_of(session, party_id, county)
    if entry is None:
        return []
    files = {
        (row["kind"], row["certificate"].strip()): row.get("certificate_file")
        for row in (last.qualifications if last else [])
    }
    return [_row(one, files) for one in sorted(entry.qualifications, key=_order)]


def entry_of(session: Session, party_id: str, county: str) -> RosterEntry | None:
    """Return a party's place on the roster of a county."""
    query = select(RosterEntry).where(
        RosterEntry.party_id == party_id, RosterEntry.county_code == county
    )
    return session.scalar(query)


def _order(one: Qualification) -> tuple[bool, str, str]:
    return one.scheme == LICENCE, one.scheme, one.category


def _row(one: Qualification, files: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    kind = f"{one.scheme}{SEPARATOR}{one.category}"
    return {
        "kind": kind,
        "level": str(one.level),
        "certificate": one.certificate,
        "valid_from": one.valid_from.isoformat(),
        "valid_until": one.valid_until.isoformat(),
        "certificate_file": files.get((kind, one.certificate)) or [],
    }
