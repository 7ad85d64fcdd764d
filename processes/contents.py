"""Files of packs and diagrams, stored once by their hash and kept in memory once read."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFoundError
from models.flow.definition import BASE, Asset, Content
from models.outbox import insert_once

KEPT = 1024
_bodies: dict[str, bytes] = {}


class ResourceMissingError(NotFoundError):
    """A form, text or decision that a flow refers to is not stored."""

    message = "流程引用的文件“{name}”不存在，请联系流程分析员重新发布该流程。"


def put(session: Session, body: bytes) -> str:
    """Store a file unless it is there, and return its hash."""
    digest = sha256(body).hexdigest()
    insert_once(session, Content, {"sha256": digest, "body": body}, ("sha256",))
    return digest


def get(session: Session, digest: str) -> bytes:
    """Return a file by its hash; its bytes never change, so they are read once per process."""
    body = _bodies.get(digest)
    if body is not None:
        return body
    body = session.scalar(select(Content.body).where(Content.sha256 == digest))
    if body is None:
        raise ResourceMissingError(name=digest[:12])
    if len(_bodies) >= KEPT:
        _bodies.clear()
    _bodies[digest] = body
    return body


def get_all(session: Session, named: Mapping[str, str]) -> dict[str, bytes]:
    """Return files by name for hashes by name, with one query for those not read yet."""
    missing = sorted(set(named.values()) - set(_bodies))
    read = dict(_bodies)
    if missing:
        query = select(Content.sha256, Content.body).where(Content.sha256.in_(missing))
        read |= {row.sha256: row.body for row in session.execute(query)}
        if len(_bodies) + len(missing) >= KEPT:
            _bodies.clear()
        _bodies.update({digest: read[digest] for digest in missing if digest in read})
    if lost := next((one for one in named.values() if one not in read), None):
        raise ResourceMissingError(name=lost[:12])
    return {name: read[digest] for name, digest in named.items()}


@lru_cache(maxsize=KEPT)
def _parsed(body: bytes) -> Any:  # noqa: ANN401
    return orjson.loads(body)


def get_json(session: Session, digest: str) -> Any:  # noqa: ANN401
    """Return a JSON file by its hash, parsed once; the result is shared and must not be changed."""
    return _parsed(get(session, digest))


def assets(session: Session, county: str, prefix: str = "") -> dict[str, str]:
    """Return path → hash of everything a county sees below ``prefix``: its own over the base's."""
    query = select(Asset.county_code, Asset.path, Asset.sha256).where(
        Asset.county_code.in_((county, BASE)), Asset.path.startswith(prefix, autoescape=True)
    )
    rows = sorted(session.execute(query), key=lambda row: row.county_code != BASE)
    return {row.path: row.sha256 for row in rows}
