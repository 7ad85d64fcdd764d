"""Watches licences (到期提醒): tells each enterprise in time, once for each of the rule's days."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.rules import load_rules
from models.identity.county import County
from models.message import tell_party
from models.outbox import notify
from models.roster.entry import Qualification
from models.roster.expiry import due_reminder, ending, grouped, note_told

RULE = "roster.expiry_reminders"
TEMPLATE = "licence_ends"
LINK = "/organisation/qualifications"
WORDS = (
    "“{name}”的{held}将于{until}到期（还有{left}天）。"
    "请及时换证并在本单位信息里申请变更，到期后不能参与要求该资质的项目。"
)
MOST_NAMED = 3


def tell_ending(session: Session, today: date, at: datetime) -> int:
    """Tell every enterprise whose certificate comes within a reminder's days; return how many."""
    counties = session.scalars(select(County.code).where(County.is_open).order_by(County.code))
    return sum(_tell_county(session, county, today, at) for county in counties.all())


def thresholds(session: Session, county: str, today: date) -> list[int]:
    """Return the days before the end on which a county reminds."""
    value = str(load_rules(session, county, today)[RULE])
    return sorted(int(one) for one in value.split(","))


def _tell_county(session: Session, county: str, today: date, at: datetime) -> int:
    days = thresholds(session, county, today)
    found = session.scalars(ending(county, today, today + timedelta(days=max(days)))).all()
    told = 0
    for held in grouped(found).values():
        owed = [(one, _reminder(one, today, days)) for one in held]
        new = [one for one, day in owed if note_told(session, one, day, at)]
        if new:
            _tell(session, new, today)
            told += 1
    return told


def _reminder(held: Qualification, today: date, days: Sequence[int]) -> int:
    return due_reminder((held.valid_until - today).days, days) or 0


def _tell(session: Session, held: Sequence[Qualification], today: date) -> None:
    party, until = held[0].entry.party, held[0].valid_until
    named = "、".join(dict.fromkeys(one.category for one in held[:MOST_NAMED]))
    more = "等" if len(held) > MOST_NAMED else ""
    text = WORDS.format(
        name=party.name, held=named + more, until=until.isoformat(), left=(until - today).days
    )
    key = f"{TEMPLATE}:{held[0].entry_id}:{today.isoformat()}"
    if party.mobile:
        notify(
            session,
            channel="sms",
            recipient=party.mobile,
            template=TEMPLATE,
            values={"text": text},
            key=key,
            party_id=party.id,
        )
    tell_party(session, party.id, key=key, template=TEMPLATE, words=text, link=LINK)
