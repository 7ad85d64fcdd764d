"""Named leases: of several processes one does a thing (beat), and a sign that one is alive."""

import os
import socket
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from models.clock import system_now
from models.errors import UnavailableError
from models.flow.job import Lease
from models.outbox import insert_once
from models.session import reading, unit_of_work

BEAT = "beat"
WORKER = "worker"
SEQUENCER = "sequencer"
ALIVE_FOR = timedelta(seconds=45)


class WorkerAbsentError(UnavailableError):
    """No worker has reported lately."""

    message = "后台工作进程没有运行，请启动 smallworks serve 或 smallworks worker。"


def process_name() -> str:
    """Return a name for this process that no other running one has."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def hold(name: str, holder: str, length: timedelta) -> bool:
    """Take or renew a lease; return False while somebody else holds it."""
    with unit_of_work() as session:
        now = system_now()
        free = or_(Lease.holder == holder, Lease.until <= now)
        ours = update(Lease).where(Lease.name == name, free)
        changed: Any = session.execute(ours.values(holder=holder, until=now + length))
        if changed.rowcount:
            return True
        row = {"name": name, "holder": holder, "until": now + length}
        return insert_once(session, Lease, row, ("name",))


def release(name: str, holder: str) -> None:
    """Give a lease back before it ends, if it is still ours."""
    with unit_of_work() as session:
        ours = update(Lease).where(Lease.name == name, Lease.holder == holder)
        session.execute(ours.values(until=system_now()))


def lock(session: Session, name: str) -> bool:
    """Hold ``name`` until this transaction ends; return False when another transaction has it."""
    insert_once(session, Lease, {"name": name, "holder": "", "until": system_now()}, ("name",))
    row = select(Lease.name).where(Lease.name == name).with_for_update(skip_locked=True)
    return session.scalar(row) is not None


def report_alive() -> None:
    """Say that a worker is at work; pages and ``doctor`` ask with :func:`check_worker`."""
    with unit_of_work() as session:
        row = {"name": WORKER, "holder": process_name(), "until": system_now() + ALIVE_FOR}
        if not insert_once(session, Lease, row, ("name",)):
            session.execute(update(Lease).where(Lease.name == WORKER).values(row))


def check_worker() -> None:
    """Raise when no worker has reported lately."""
    with reading() as session:
        until = session.scalar(select(Lease.until).where(Lease.name == WORKER))
    if until is None or until <= system_now():
        raise WorkerAbsentError
