"""Which packs this very program has found sound: the same files need not be checked at each start.

Kept in the database they are loaded into, in the transaction that loads them, under the hash of
all that the check looks at: the pack's files, the base's, the program and its libraries.
"""

import sys
from functools import cache
from hashlib import sha256
from importlib.metadata import version

from sqlalchemy.orm import Session

from models.flow.job import Setting
from models.settings import ROOT
from processes.packs.pack import Pack

PROGRAM = ("handlers", "models", "processes")
LIBRARIES = ("lxml", "orjson", "SpiffWorkflow", "starlark-pyo3")
"""Who reads files or compiles texts for the check."""


def is_sound(session: Session, pack: Pack) -> bool:
    """Return whether exactly this pack passed this program's check when it was loaded last."""
    kept = session.get(Setting, _name(pack))
    return kept is not None and kept.value == digest_of(pack)


def keep_sound(session: Session, pack: Pack) -> None:
    """Note that this program has found no error in this pack."""
    session.merge(Setting(name=_name(pack), value=digest_of(pack)))


def digest_of(pack: Pack) -> str:
    """Return the hash of all that the check of a pack depends on."""
    seen = sha256(_program().encode())
    layer: Pack | None = pack
    while layer is not None:
        for path, body in sorted(layer.files.items()):
            seen.update(f"{layer.code}/{path}\0{len(body)}\0".encode() + body)
        layer = layer.base
    return seen.hexdigest()


@cache
def _program() -> str:
    seen = sha256(" ".join([sys.version, *map(version, LIBRARIES)]).encode())
    for path in sorted(path for folder in PROGRAM for path in (ROOT / folder).rglob("*.py")):
        body = path.read_bytes()
        seen.update(f"{path.relative_to(ROOT)}\0{len(body)}\0".encode() + body)
    return seen.hexdigest()


def _name(pack: Pack) -> str:
    return f"pack_checked.{pack.code}"[:60]
