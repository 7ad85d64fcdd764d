"""A round side by side with what it would replace: the round before it, or the facts in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.identity.party import Party
from models.roster.enrolment import EnrolmentRound
from models.roster.enrolments import last_passed, profile_of
from models.roster.places import ROSTER_TITLES
from models.roster.qualification_rows import LEVEL_NAMES, SEPARATOR, rows_of_entry

LABELS = {
    "name": "单位名称",
    "owner_kind": "单位性质",
    "trade": "行业",
    "legal_person": "法定代表人（负责人）",
    "address": "地址",
    "established_on": "成立日期",
    "registered_capital": "注册资本（万元）",
    "business_scope": "经营范围",
    "business_licence": "营业执照",
}
OWNER_KINDS = {
    "government": "机关",
    "institution": "事业单位",
    "subdistrict": "乡镇、街道",
    "enterprise": "国有企业",
    "other": "其他单位",
}
WORDS = OWNER_KINDS | ROSTER_TITLES


@dataclass(frozen=True)
class Line:
    """One fact: what it was, what it would be; ``files`` are the documents of the new one."""

    label: str
    before: str
    after: str
    files: Sequence[Mapping[str, Any]] = ()

    @property
    def is_changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


def compare(session: Session, round_: EnrolmentRound) -> list[Line]:
    """Return every fact of a round with what stood in its place before."""
    before = _before(session, round_)
    facts = [*_facts(round_.profile), *_held(round_.qualifications)]
    old = {label: text for label, text, _ in before}
    new = {label for label, _, _ in facts}
    lines = [Line(label, old.get(label, ""), text, files) for label, text, files in facts]
    return lines + [Line(label, text, "") for label, text, _ in before if label not in new]


def facts_in_force(party: Party) -> list[tuple[str, str]]:
    """Return a party's facts as label and text."""
    return [(label, text) for label, text, _ in _facts(profile_of(party)) if text]


Fact = tuple[str, str, Sequence[Mapping[str, Any]]]


def _before(session: Session, round_: EnrolmentRound) -> list[Fact]:
    former = session.scalar(
        select(EnrolmentRound).where(
            EnrolmentRound.instance_id == round_.instance_id,
            EnrolmentRound.round == round_.round - 1,
        )
    )
    if former is not None:
        return [*_facts(former.profile), *_held(former.qualifications)]
    if not round_.is_change or round_.decided_at is not None:
        return []
    held = rows_of_entry(session, round_.party_id, round_.county_code, last_passed(session, round_))
    party = session.get_one(Party, round_.party_id)
    return [*_facts(profile_of(party)), *_held(held)]


def _facts(profile: Mapping[str, Any]) -> list[Fact]:
    found: list[Fact] = []
    for name, label in LABELS.items():
        value = profile.get(name)
        if isinstance(value, list):
            found.append((label, _fingerprints(value), value))
        elif value not in (None, ""):
            found.append((label, WORDS.get(str(value), str(value)), ()))
    return found


def _held(rows: Sequence[Mapping[str, Any]]) -> list[Fact]:
    return [_qualification(row) for row in rows]


def _qualification(row: Mapping[str, Any]) -> Fact:
    category = str(row["kind"]).partition(SEPARATOR)[2]
    level = LEVEL_NAMES.get(int(row["level"]), "")
    period = f"{row['valid_from']}至{row['valid_until']}"
    files = row.get("certificate_file") or ()
    text = f"{level or '不分等级'}，证书{row['certificate']}，{period}"
    return f"资质：{category}", "，".join(filter(None, (text, _fingerprints(files)))), files


def _fingerprints(files: Sequence[Mapping[str, Any]]) -> str:
    """Return files by name and the beginning of their hash: another scan shows as a change."""
    return "、".join(f"{one['name']}（指纹{one['sha256'][:8]}）" for one in files)
