"""Exporting and importing the installation's keys, and the recovery keys they are sealed to."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.job import Setting
from models.identity.actor import PLATFORM
from models.installation import installation_id
from models.ledger.log import record
from models.selection.guardian_keys import GUARDIANS, Guardian, GuardianKey, make_key, save_key
from models.selection.guardians import folder, public_guardians
from models.session import reading, unit_of_work
from models.settings import Settings
from processes.backup.errors import BackupExistsError, KeyFileDamagedError, KeysDifferError
from processes.backup.key_file import Sealed, read_key, seal_keys, three_holders, unseal_keys

RECOVERY = "recovery_keys"
PRIVATE = 0o700


@dataclass(frozen=True)
class Exported:
    """What was exported, and whether losing this machine would lose the way to open it."""

    files: int
    holders: list[str]
    is_circular: bool


def make_recovery_keys(target: Path) -> list[Path]:
    """Make three recovery keys in an empty folder, to be handed out; keep the public halves."""
    if target.exists() and any(target.iterdir()):
        raise BackupExistsError(file=target.name)
    keys = [make_key(name) for name in GUARDIANS]
    paths = [save_key(target, key) for key in keys]
    with unit_of_work() as session:
        public = [key.public.as_dict() for key in keys]
        session.merge(Setting(name=RECOVERY, value=public))
        kids = {one["name"]: one["kid"] for one in public}
        name = f"installation/{installation_id(session)}"[:60]
        at = business_now()
        record(session, PLATFORM, "keys:recovery_registered", name, at=at, after=kids)
    return paths


def export_keys(settings: Settings, path: Path) -> Exported:
    """Write the sealed export to a new file (mode 600)."""
    with reading() as session:
        installation = installation_id(session)
        holders = recovery_keys(session) or public_guardians(session)
    if not three_holders(holders):
        raise KeyFileDamagedError(problem="须有三家保管人的恢复密钥，请先运行 keys recovery")
    sealed = seal_keys(settings, installation, holders)
    _write_file(path, sealed)
    local = folder(settings)
    here = [one for one in holders if _lies_here(local, one)]
    return Exported(sealed.files, sealed.holders, len(here) > 1)


def recovery_keys(session: Session) -> list[Guardian]:
    """Return the public halves of the recovery keys that were registered last."""
    row = session.get(Setting, RECOVERY)
    held = cast("list[dict[str, str]]", row.value) if row else []
    return [Guardian(one["name"], one["kid"], one["public_key"]) for one in held]


def import_keys(settings: Settings, path: Path, key_files: Sequence[Path]) -> list[str]:
    """Put the keys of an export in their places and return which were new; overwrite none."""
    keys: list[GuardianKey] = [read_key(each) for each in key_files]
    try:
        body = path.read_bytes()
    except OSError as error:
        raise KeyFileDamagedError(problem="文件不能读取") from error
    files = unseal_keys(body, keys)
    differ = [name for name, data in files.items() if _differs(settings.directory / name, data)]
    if differ:
        raise KeysDifferError(files="、".join(differ))
    return _put(settings.directory, files)


def _put(root: Path, files: Mapping[str, bytes]) -> list[str]:
    fresh = [name for name in files if not (root / name).exists()]
    for name in fresh:
        place = root / name
        place.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        _write_new(place, files[name])
    return fresh


def _differs(place: Path, data: bytes) -> bool:
    return place.exists() and place.read_bytes() != data


def _lies_here(local: Path, holder: Guardian) -> bool:
    with suppress(KeyFileDamagedError):
        return read_key(local / f"{holder.name}.json").public.kid == holder.kid
    return False


def _write_file(path: Path, sealed: Sealed) -> None:
    try:
        _write_new(path, sealed.body)
    except FileExistsError:
        raise BackupExistsError(file=path.name) from None


def _write_new(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
