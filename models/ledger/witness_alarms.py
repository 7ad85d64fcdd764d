"""Alarms of witnesses: taken when signed, kept until a keeper has looked into them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import system_now
from models.errors import InvalidError
from models.identity.actor import PLATFORM, Actor
from models.ledger import cosignature, witnesses
from models.ledger.alarm import KIND_TITLES, Alarm
from models.ledger.checkpoint import CheckpointInvalidError
from models.ledger.log import record
from models.ledger.witness_tables import Witness, WitnessAlarm
from models.selection.jcs import canonical
from models.selection.verifier import sha256

MOST = 50
"""Unsettled alarms kept of one witness: a broken one must not fill the database."""


class AlarmRefusedError(InvalidError):
    """The alarm is not in form or was not signed by the witness."""

    message = "警报没有收下：{fault}。"


def take(session: Session, alarm: Alarm) -> WitnessAlarm:
    """Store a witness's signed alarm; the same one again is the one already there."""
    witness, at = _sender(session, alarm)
    witness.seen_at = max(at, witness.seen_at or at)
    text = canonical(dict(alarm.evidence)).decode()
    unsettled = session.scalars(
        select(WitnessAlarm).where(
            WitnessAlarm.witness_id == witness.id, WitnessAlarm.settled_at.is_(None)
        )
    ).all()
    for known in unsettled:
        if (known.kind, known.evidence) == (alarm.kind, text):
            return known
    if len(unsettled) >= MOST:
        raise AlarmRefusedError(fault="这一见证方未处理的警报过多")
    row = WitnessAlarm(witness_id=witness.id, at=at, kind=alarm.kind, evidence=text)
    session.add(row)
    session.flush()
    told = {"kind": alarm.kind, "witness": witness.name, "evidence": sha256(text.encode()).hex()}
    record(session, PLATFORM, "witness:alarmed", row.id, at=system_now(), after=told)
    return row


def settle(session: Session, row: WitnessAlarm, *, actor: Actor) -> None:
    """Close an alarm that was looked into; it stays on record."""
    if row.settled_at is None:
        row.settled_at = now = system_now()
        record(session, actor, "witness:alarm_settled", row.id, at=now, before={"kind": row.kind})


def _sender(session: Session, alarm: Alarm) -> tuple[Witness, datetime]:
    if alarm.kind not in KIND_TITLES:
        raise AlarmRefusedError(fault="种类不认识")
    try:
        key = cosignature.parse_public(alarm.key)
        at = datetime.fromisoformat(alarm.at)
    except (CheckpointInvalidError, ValueError) as error:
        raise AlarmRefusedError(fault="公钥或时间写法不对") from error
    witness = witnesses.by_key(session, key.name, key.id)
    if not alarm.is_signed_by(cosignature.parse_public(witness.public_key)):
        raise AlarmRefusedError(fault="签名不是这一见证方的")
    if at.tzinfo is None or at > system_now() + witnesses.AHEAD:
        raise AlarmRefusedError(fault="时间没有时区或在未来，请校准见证机器的时钟")
    return witness, at
