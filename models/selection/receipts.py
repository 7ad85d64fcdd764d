"""The receipt of a ticket, signed by the log's key: its holder can prove that it was listed."""

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from sqlalchemy.orm import Session

from models import installation
from models.project import Project
from models.selection.envelope_form import is_hex
from models.selection.jcs import canonical
from models.selection.jcs import parse as parse_json
from models.selection.tables import Draw, Interest
from models.selection.verifier import RefusedError
from models.settings import Settings

FIELDS = ("v", "issuer", "project", "number", "draw", "alg", "ticket", "org_commit")
SIGNATURE_BYTES = 64


def make(
    session: Session, settings: Settings, draw: Draw, project: Project, row: Interest
) -> dict[str, Any]:
    """Return a ticket's receipt, signed (DZ-74.1, HR-5.4.1)."""
    key = installation.log_key(session, settings)
    values = (
        1,
        key.name,
        project.id,
        project.number,
        draw.id,
        draw.alg,
        row.ticket,
        row.org_commit,
    )
    told: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
    return told | {"signature": key.private.sign(canonical(told)).hex()}


def parse(text: str) -> dict[str, Any]:
    """Return a receipt from what somebody pasted; empty when it is none."""
    try:
        given = parse_json(text.encode())
    except (RefusedError, ValueError):
        return {}
    return given if isinstance(given, dict) else {}


def is_genuine(session: Session, settings: Settings, receipt: Mapping[str, Any]) -> bool:
    """Return whether this installation signed the receipt as it stands; never raises."""
    signature = receipt.get("signature")
    told = {name: receipt.get(name) for name in FIELDS}
    if not is_hex(signature, SIGNATURE_BYTES) or any(value is None for value in told.values()):
        return False
    public = installation.log_key(session, settings).private.public_key()
    try:
        public.verify(bytes.fromhex(str(signature)), canonical(told))
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True
