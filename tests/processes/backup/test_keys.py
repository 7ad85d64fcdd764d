"""Keys are backed up apart, sealed: any two of three recovery keys open them, none alone."""

import itertools

import orjson
import pytest

from models.installation import LogKeyMissingError, log_key
from models.selection import guardian_keys
from models.selection.guardians import ensure_guardians
from models.session import reading, unit_of_work
from models.settings import Settings, read_or_make
from processes.backup import export_keys, import_keys, make_recovery_keys, restore_backup
from processes.backup.errors import BackupExistsError, KeyFileDamagedError, KeysDifferError
from tests.processes.backup.world import assert_whole


@pytest.fixture
def recovery(source, tmp_path):
    return make_recovery_keys(tmp_path / "recovery")


@pytest.fixture
def export(source, recovery, tmp_path):
    read_or_make(source.folder / "secret_key", 32)
    export_keys(source.settings, tmp_path / "keys.sealed")
    return tmp_path / "keys.sealed"


def everything(settings):
    files = [*settings.keys.rglob("*"), settings.directory / "secret_key"]
    return {
        path.relative_to(settings.directory).as_posix(): path.read_bytes()
        for path in files
        if path.is_file()
    }


def test_any_two_recovery_keys_give_every_key_back(source, recovery, export, tmp_path):
    for number, two in enumerate(itertools.combinations(recovery, 2)):
        target = Settings(data_dir=str(tmp_path / f"other{number}"))
        import_keys(target, export, two)
        assert everything(target) == everything(source.settings)
        assert all(path.stat().st_mode & 0o077 == 0 for path in target.keys.rglob("*.*"))


def test_one_recovery_key_gives_nothing(recovery, export, empty):
    for keys in ([recovery[0]], [recovery[0], recovery[0]]):
        with pytest.raises(KeyFileDamagedError, match="两把"):
            import_keys(empty, export, keys)
    assert not empty.directory.exists()


def test_keys_of_others_give_nothing(export, empty, tmp_path):
    others = [
        guardian_keys.save_key(tmp_path / "others", guardian_keys.make_key(name))
        for name in guardian_keys.GUARDIANS
    ]
    with pytest.raises(KeyFileDamagedError, match="两把"):
        import_keys(empty, export, others)


def test_no_key_can_be_read_in_the_export(source, export):
    sealed = export.read_bytes()
    for name, data in everything(source.settings).items():
        assert data not in sealed, name
    assert export.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("part", ["ct", "nonce", "made_at", "shares", None])
def test_an_altered_export_writes_nothing(recovery, export, empty, part):
    held = orjson.loads(export.read_bytes())
    if part == "ct":
        held["ct"] = held["ct"][:-8] + "AAAAAAA="
    elif part == "shares":
        held["shares"] = held["shares"][:1]
    elif part:
        held[part] = held[part].replace("0", "1") if part == "made_at" else "00" * 12
    export.write_bytes(orjson.dumps(held) if part else export.read_bytes()[:100])
    with pytest.raises(KeyFileDamagedError):
        import_keys(empty, export, recovery[:2])
    assert not empty.directory.exists()


def test_other_keys_on_this_machine_are_not_overwritten(recovery, export, empty):
    empty.keys.mkdir(parents=True)
    (empty.keys / "log.key").write_text("other")
    with pytest.raises(KeysDifferError, match=r"keys/log\.key"):
        import_keys(empty, export, recovery[:2])
    assert [path.name for path in empty.keys.iterdir()] == ["log.key"]


def test_importing_again_changes_nothing(source, recovery, export):
    before = everything(source.settings)
    assert import_keys(source.settings, export, recovery[:2]) == []
    assert everything(source.settings) == before


def test_an_existing_export_is_not_overwritten(source, export):
    with pytest.raises(BackupExistsError):
        export_keys(source.settings, export)


def test_it_warns_while_only_this_machine_could_open_the_export(source, tmp_path):
    assert export_keys(source.settings, tmp_path / "a.sealed").is_circular
    make_recovery_keys(tmp_path / "recovery")
    assert not export_keys(source.settings, tmp_path / "b.sealed").is_circular


def test_restored_data_and_imported_keys_are_a_whole_installation(recovery, export, backup, empty):
    import_keys(empty, export, recovery[1:])
    assert restore_backup(empty, backup).missing == []
    assert_whole(empty)


def test_a_lost_log_key_or_guardian_is_not_replaced_in_silence(backup, empty):
    restore_backup(empty, backup)
    with reading() as session, pytest.raises(LogKeyMissingError):
        log_key(session, empty)
    with unit_of_work() as session:
        ensure_guardians(session, empty)
    assert not empty.keys.exists()
