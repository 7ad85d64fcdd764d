"""What a world is to be made of: the installation's packs as they are stored, a proposal on top.

An order is made by whoever has the real database and is all that a world's own process gets of it.
"""

import base64
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE
from models.identity.county import County
from processes import contents
from processes.packs.export import files_of
from processes.packs.pack import MANIFEST
from processes.rehearsal.shipped import name_of, shipped_files

Files = Mapping[str, bytes | None]


@dataclass(frozen=True)
class Order:
    """A world: ``stored`` is how the packs differ from the shipped, ``files`` what is laid over.

    ``county`` is where the cases are played, ``owner`` whose files are changed (or the base's).
    """

    county: str
    owner: str
    files: Files = field(default_factory=dict)
    stored: Mapping[str, Files] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """The hash of everything the order says."""
        return sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    @cached_property
    def stored_digest(self) -> str:
        """The hash of the packs as they are stored, or nothing when they are as shipped."""
        given = {code: _plain(files) for code, files in self.stored.items()}
        return sha256(json.dumps(given, sort_keys=True).encode()).hexdigest() if given else ""

    def as_json(self) -> dict[str, Any]:
        """Return what a pipe can carry."""
        stored = {code: _plain(files) for code, files in self.stored.items()}
        own = {"county": self.county, "owner": self.owner}
        return {**own, "files": _plain(self.files), "stored": stored}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        """Return what ``as_json`` was made from."""
        stored = {code: _bytes(files) for code, files in given["stored"].items()}
        return cls(given["county"], given["owner"], _bytes(given["files"]), stored)


def _plain(files: Files) -> dict[str, str | None]:
    return {
        path: None if body is None else base64.b64encode(body).decode()
        for path, body in sorted(files.items())
    }


def _bytes(files: Mapping[str, str | None]) -> dict[str, bytes | None]:
    return {path: None if body is None else base64.b64decode(body) for path, body in files.items()}


def world_of(order: Order) -> str:
    """Return the name of an order's template: what a snapshot belongs to."""
    return name_of("world", order.digest)


def order_for(
    session: Session, owner: str, files: Files | None = None, *, county: str = ""
) -> Order:
    """Return the order of a county's world with changed files laid over what holds.

    Files of the base are tried in ``county``, or else in the first open county.
    """
    played = county or (playing_county(session, "") if owner == BASE else owner)
    return Order(played, owner, dict(files or {}), stored_differences(session))


def playing_county(session: Session, flow: str) -> str:
    """Return a county in which a flow of the base can be tried: open, and not withholding it."""
    codes = session.scalars(select(County.code).where(County.is_open).order_by(County.code)).all()
    fit = [code for code in codes if flow not in withheld_in(session, code)]
    # a county below another one works by rules of its own; the city itself has no small works
    below = select(County.code).where(County.parent_code.is_not(None))
    inner = set(session.scalars(below))
    return next((code for code in fit if code in inner), next(iter(fit or codes), BASE))


def withheld_in(session: Session, code: str) -> list[str]:
    """Return the flows that a county does not offer."""
    digest = contents.assets(session, code, MANIFEST).get(MANIFEST)
    if digest is None:
        return []
    return list(tomllib.loads(contents.get(session, digest).decode()).get("withholds", ()))


def stored_differences(session: Session) -> dict[str, dict[str, bytes | None]]:
    """Return how the installation's packs differ from those that come with the program."""
    shipped = shipped_files()
    codes = [BASE, *session.scalars(select(County.code).order_by(County.code))]
    found = {}
    for code in codes:
        if differing := _differing(shipped.get(code, {}), files_of(session, code)):
            found[code] = differing
    return found


def _differing(
    shipped: Mapping[str, bytes], stored: Mapping[str, bytes]
) -> dict[str, bytes | None]:
    changed: dict[str, bytes | None] = {
        path: body for path, body in stored.items() if shipped.get(path) != body
    }
    gone = set(shipped) - set(stored)
    return changed | dict.fromkeys(sorted(gone), None)
