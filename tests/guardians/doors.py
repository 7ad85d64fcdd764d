"""The platform as a guardian's program meets it, without a network between them."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from flask.testing import FlaskClient

from models.clock import fixed
from models.identity.account import Account
from models.identity.actor import PLATFORM
from models.installation import log_key
from models.ledger.log import record
from models.selection import guardian_roster
from models.selection.guardian_roster import Keeper
from models.selection.tables import DrawContributor
from models.session import unit_of_work
from models.settings import Settings
from processes import tokens
from processes.guardian_program.folder import Folder
from processes.guardian_program.round import Guardian, Outcome
from processes.remote.folder import RemoteSettings
from processes.remote.platform import PlatformRefusedError
from tests.guardians.conftest import add_keeper
from tests.seeding import MORNING, rows

LOG = "/api/v1/public/log"


@dataclass
class Door:
    """Answers as the platform does, but for what a test alters on the way."""

    client: FlaskClient
    token: str
    alter: dict = field(default_factory=dict)
    """By path: what makes another answer of the true one."""

    posted: list = field(default_factory=list)

    def checkpoint(self) -> str:
        text = self.client.get(f"{LOG}/checkpoint").text
        return self.alter.get("checkpoint", lambda it: it)(text)

    def consistency(self, first: int, second: int) -> list[bytes] | None:
        answer = self.client.get(f"{LOG}/consistency?first={first}&second={second}")
        if answer.status_code != 200:
            return None
        return [bytes.fromhex(node) for node in answer.json["path"]]

    def get(self, path: str):
        told = self._answered(self.client.get(self._door(path), headers=self._headers()))
        kind = "case" if path.startswith("/cases/") else path
        return self.alter.get(kind, lambda it: it)(told)

    def post(self, path: str, body):
        self.posted.append((path, body))
        return self._answered(
            self.client.post(self._door(path), headers=self._headers(), json=dict(body))
        )

    def _door(self, path: str) -> str:
        return f"/api/v1/guardian{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _answered(self, answer):
        if answer.status_code >= 400:
            raise PlatformRefusedError(status=answer.status_code, fault=answer.json["message"])
        return json.loads(answer.data)


@dataclass
class Machine:
    """One guardian's machine: its folder and what it answers."""

    folder: Folder
    door: Door

    def round(self, at) -> Outcome:
        keys = self.folder.keys(None)
        return Guardian(self.folder, keys, fixed(at), self.door).round()


def machine(settings: Settings, client: FlaskClient, name: str, home: Path) -> Machine:
    """Make a guardian, register its key and give it a token."""
    username = f"keeper.{name}"
    if not rows(Account, username=username):
        add_keeper(username, f"保管{name}")
    with unit_of_work() as session:
        token = tokens.create(session, username, "保管程序")
        key = log_key(session, settings).public.text()
        folder = Folder(home)
        made = folder.make(RemoteSettings(name, "http://localhost", key), token, None)
        keeper = Keeper(name, holder=username)
        guardian_roster.register(session, settings, PLATFORM, keeper, made.public_key)
    return Machine(folder, Door(client, token))


def log_secrets(draw_id: str) -> None:
    """Log the sealed secrets as their appointments would have."""
    with unit_of_work() as session:
        for row in session.query(DrawContributor).filter_by(draw_id=draw_id):
            if row.envelope:
                told = {"role": row.role, "commit": row.commit, "envelope": row.envelope["commit"]}
                record(session, PLATFORM, "draw:secret_sealed", draw_id, at=MORNING, after=told)


__all__ = ["Door", "Machine", "log_secrets", "machine"]
