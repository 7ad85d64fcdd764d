"""Files of a county as the workbench sees them: the county's own over the base's, by path."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.definition import BASE, Asset
from processes import contents
from processes.packs.export import files_of, rules_text
from processes.packs.files import FOLDERS, MAX_FILE, NAME, TOP
from processes.packs.pack import RULES
from processes.packs.storing import DIAGRAMS, key_of, own_diagrams
from processes.proposals.errors import FileTooLargeError, PathRefusedError


def check_path(path: str) -> None:
    """Raise unless a file of a pack may lie there."""
    folder, _, name = path.rpartition("/")
    if not folder and path in TOP:
        return
    if not NAME.fullmatch(name) or not name.endswith(FOLDERS.get(folder, "/")):
        raise PathRefusedError(path=path[:80])


def check(path: str, body: bytes | None) -> None:
    """Raise unless a file may lie there and is no larger than a pack may hold."""
    check_path(path)
    if body is not None and len(body) > MAX_FILE:
        raise FileTooLargeError(path=path)


def own_files(session: Session, county: str) -> dict[str, bytes]:
    """Return a county's own files, its diagrams in force among them."""
    return files_of(session, county)


def digest(body: bytes) -> str:
    """Return the hash by which a file is stored."""
    return sha256(body).hexdigest()


def is_seen(path: str, whose: str, county: str) -> bool:
    """Return whether a county sees a file as its own: rules and roles of the base lie below."""
    return path not in TOP or whose == county


def digests(session: Session, county: str) -> dict[str, tuple[str, str]]:
    """Return path → (hash, whose) of every file that holds in a county."""
    found: dict[str, tuple[str, str]] = {}
    for code in dict.fromkeys((BASE, county)):
        query = select(Asset.path, Asset.sha256).where(Asset.county_code == code)
        rows = {row.path: (row.sha256, code) for row in session.execute(query)}
        found |= {path: one for path, one in rows.items() if is_seen(path, code, county)}
        for key, row in own_diagrams(session, code).items():
            found[f"diagrams/{key}.bpmn"] = (row.diagram, code)
    if found.get(RULES, ("", BASE))[1] != BASE:
        stored = contents.get(session, found[RULES][0])
        found[RULES] = (digest(rules_text(session, county, stored)), county)
    return found


def held(session: Session, county: str, path: str) -> tuple[bytes, str] | None:
    """Return the file that holds in a county and whose it is, or nothing."""
    for code in dict.fromkeys((county, BASE)):
        body = _stored(session, code, path)
        if body is not None and is_seen(path, code, county):
            return body, code
    return None


def _stored(session: Session, code: str, path: str) -> bytes | None:
    if path.startswith(DIAGRAMS):
        row = own_diagrams(session, code).get(key_of(path))
        return None if row is None else contents.get(session, row.diagram)
    same = (Asset.county_code == code, Asset.path == path)
    found = session.scalar(select(Asset.sha256).where(*same))
    if found is None:
        return None
    body = contents.get(session, found)
    return rules_text(session, code, body) if path == RULES else body


def below(session: Session, county: str, path: str) -> bytes | None:
    """Return the base's file that a county sees when it has none of its own."""
    if county == BASE or not is_seen(path, BASE, county):
        return None
    return _stored(session, BASE, path)
