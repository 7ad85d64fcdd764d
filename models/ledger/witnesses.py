"""The witnesses of this installation's log: who they are, what they co-signed, what alarmed them.

The platform never calls a witness: witnesses come, so a slow or dead one costs nobody anything.
Who sent a signature does not matter; whose key made it does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.clock import CHINA, system_now
from models.errors import ConflictError, InvalidError, NotFoundError
from models.identity.actor import PLATFORM, Actor
from models.ledger import checkpoint, cosignature
from models.ledger.log import record
from models.ledger.tables import Checkpoint
from models.ledger.witness_tables import Cosignature, Witness, WitnessAlarm

SILENT_AFTER = timedelta(days=1)
AHEAD = timedelta(minutes=5)
"""How far a witness's clock may be ahead of ours."""


class WitnessKeyError(InvalidError):
    """What was given is no witness's public key."""

    message = "见证方公钥写法不对，应为 smallworks witness init 显示的“名称+编号+公钥”。"


class WitnessKnownError(ConflictError):
    """A witness of this name or key is registered."""

    message = "见证方“{name}”的名称或公钥已经登记过，请核对。"


class WitnessUnknownError(NotFoundError):
    """No active witness has this key."""

    message = (
        "没有登记这把见证公钥，或已停用。请把 smallworks witness status 显示的公钥交平台登记。"
    )


class CheckpointUnknownError(NotFoundError):
    """No checkpoint of that size was signed here."""

    message = "平台没有签过{size}条的检查点，请重新取最新检查点。"


class CosignatureRefusedError(InvalidError):
    """The signature is not one over this checkpoint, or its time cannot be."""

    message = "见证签名没有收下：{fault}。"


@dataclass(frozen=True)
class Standing:
    """How a witness stands: what it co-signed last and when, whether it is silent or alarmed."""

    id: str
    name: str
    key: str
    size: int | None
    at: datetime | None
    is_silent: bool
    alarms: Sequence[str]

    @property
    def is_well(self) -> bool:
        """Whether nothing is to be done."""
        return not self.is_silent and not self.alarms


def register(session: Session, name: str, key: str, *, actor: Actor = PLATFORM) -> Witness:
    """Register a witness by its public key; the log tells of it, so none is slipped in."""
    try:
        public = cosignature.parse_public(key)
    except checkpoint.CheckpointInvalidError as error:
        raise WitnessKeyError from error
    text = public.text()
    same = select(Witness.id).where((Witness.name == name) | (Witness.public_key == text))
    if session.scalar(same.limit(1)) is not None:
        raise WitnessKnownError(name=name)
    now = system_now()
    witness = Witness(name=name, public_key=text, added_at=now)
    session.add(witness)
    session.flush()
    told = {"name": name, "key": text}
    record(session, actor, "witness:registered", witness.id, at=now, after=told)
    return witness


def retire(session: Session, witness: Witness, *, actor: Actor = PLATFORM) -> None:
    """End a witness's part; what it co-signed stays."""
    if witness.retired_at is None:
        witness.retired_at = now = system_now()
        told = {"name": witness.name, "key": witness.public_key}
        record(session, actor, "witness:retired", witness.id, at=now, before=told)


def cosign(session: Session, size: int, line: str) -> Cosignature:
    """Take a witness's signature under the checkpoint of a size; an older one changes nothing."""
    held = session.get(Checkpoint, size)
    if held is None:
        raise CheckpointUnknownError(size=size)
    head, _ = checkpoint.parse(held.text)
    try:
        name, told = checkpoint.parse_signature(line.rstrip("\n"))
        witness = by_key(session, name, told[: checkpoint.ID_BYTES])
        found = cosignature.verify(line, head, cosignature.parse_public(witness.public_key))
    except checkpoint.CheckpointInvalidError as error:
        raise CosignatureRefusedError(fault="签名与检查点或公钥不符") from error
    at = _moment(found.seconds)
    witness.seen_at = max(at, witness.seen_at or at)
    kept = session.get(Cosignature, (size, witness.id))
    if kept is None:
        kept = Cosignature(size=size, witness_id=witness.id, line=line.rstrip("\n") + "\n", at=at)
        session.add(kept)
    elif at > kept.at:
        kept.line, kept.at = line.rstrip("\n") + "\n", at
    session.flush()
    return kept


def _moment(seconds: int) -> datetime:
    latest = system_now() + AHEAD
    if seconds > latest.timestamp():
        raise CosignatureRefusedError(fault="签名时间在未来，请校准见证机器的时钟")
    return datetime.fromtimestamp(seconds, CHINA)


def by_key(session: Session, name: str, key_id: bytes) -> Witness:
    """Return the active witness whose key has this name and id."""
    for witness in session.scalars(_active()):
        key = cosignature.parse_public(witness.public_key)
        if (key.name, key.id) == (name, key_id):
            return witness
    raise WitnessUnknownError


def _active() -> Select[Witness]:
    return select(Witness).where(Witness.retired_at.is_(None)).order_by(Witness.name)


def lines_under(session: Session, size: int) -> str:
    """Return the co-signatures under the checkpoint of a size, a line each, by witness."""
    query = (
        select(Cosignature.line)
        .join(Witness, Witness.id == Cosignature.witness_id)
        .where(Cosignature.size == size)
        .order_by(Witness.name)
    )
    return "".join(session.scalars(query))


def newest_cosigned(session: Session, above: int = 0) -> int | None:
    """Return the size of the newest co-signed checkpoint over more than ``above`` entries."""
    return session.scalar(select(func.max(Cosignature.size)).where(Cosignature.size > above))


def counts(session: Session, sizes: Sequence[int]) -> dict[int, int]:
    """Return how many witnesses co-signed each of some checkpoints."""
    query = select(Cosignature.size, func.count()).where(Cosignature.size.in_(sizes))
    return {row[0]: row[1] for row in session.execute(query.group_by(Cosignature.size))}


def standings(session: Session) -> list[Standing]:
    """Return how each active witness stands; one statement where there is none."""
    active = session.scalars(_active()).all()
    if not active:
        return []
    open_ones = select(WitnessAlarm.witness_id, WitnessAlarm.kind).where(
        WitnessAlarm.settled_at.is_(None)
    )
    alarms: dict[str, list[str]] = {}
    for witness_id, kind in session.execute(open_ones.order_by(WitnessAlarm.at)):
        alarms.setdefault(witness_id, []).append(kind)
    return [_standing(session, one, alarms.get(one.id, [])) for one in active]


def _standing(session: Session, witness: Witness, alarms: Sequence[str]) -> Standing:
    query = select(Cosignature.size, Cosignature.at).where(Cosignature.witness_id == witness.id)
    last = session.execute(query.order_by(Cosignature.size.desc()).limit(1)).one_or_none()
    heard = witness.seen_at or witness.added_at
    return Standing(
        witness.id,
        witness.name,
        witness.public_key,
        last.size if last else None,
        last.at if last else None,
        system_now() - heard > SILENT_AFTER,
        alarms,
    )
