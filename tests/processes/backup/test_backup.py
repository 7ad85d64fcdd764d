"""A backup goes into an empty installation whole, or not at all; no key is in it."""

import base64
import io
import json
import re
import shutil
import zipfile
from urllib.parse import quote

import orjson
import pytest
from sqlalchemy import func, select

from models.document import Document
from models.flow.job import Lease, Setting
from models.ledger.tables import LedgerEntry
from models.letter import Letter
from models.session import reading, unit_of_work
from models.storage import open_storage
from processes import leases
from processes.backup import restore_backup, write_backup
from processes.backup.errors import (
    BackupDamagedError,
    BackupExistsError,
    BackupNewerError,
    NotEmptyError,
)
from processes.sequencer import sequence
from tests.city import after
from tests.processes.backup.world import assert_whole, contents, manifest


def put_keys(source, empty):
    shutil.copytree(source.settings.keys, empty.keys)


def test_a_restored_installation_verifies_its_log_and_a_finished_draw(source, backup, empty):
    put_keys(source, empty)
    done = restore_backup(empty, backup)
    assert done.missing == []
    assert done.rows > 300
    assert_whole(empty)
    sequence(empty)  # and the log goes on from there
    assert_whole(empty)


def test_what_was_restored_is_backed_up_as_the_same_rows(source, backup, empty, tmp_path):
    put_keys(source, empty)
    restore_backup(empty, backup)
    again = tmp_path / "again.backup"
    write_backup(empty, again)
    before, after = contents(backup), contents(again)
    assert set(before) == set(after)
    (added,) = set(after.pop("tables/ledger_entry.jsonl")) - set(
        before.pop("tables/ledger_entry.jsonl")
    )
    assert b"installation:restored" in added
    assert after == before


def test_documents_come_back_byte_for_byte(source, backup, empty):
    with reading() as session:
        hashes = session.scalars(select(Document.sha256).distinct()).all()
    assert hashes
    done = restore_backup(empty, backup)
    assert done.blobs == len(hashes)
    for sha256 in hashes:
        with open_storage(empty).open(sha256) as file:
            assert file.read()


def test_no_key_and_no_secret_is_in_a_backup(source, backup):
    secrets = [path.read_bytes().strip() for path in source.settings.keys.rglob("*.key")]
    for path in source.settings.keys.rglob("*.json"):
        held = orjson.loads(path.read_bytes())
        values = held if isinstance(held, list) else [held["private_scalar"]]
        secrets += [value.encode() for value in values]
    assert len(secrets) > 10
    with zipfile.ZipFile(backup) as archive:
        everything = b"\n".join(archive.read(name) for name in archive.namelist())
    # what a finished draw has made public is public; every other secret stays out
    published = {one for one in secrets if one in everything}
    with reading() as session:
        proof = "".join(session.scalars(select(LedgerEntry.body)))
        public = proof.encode() + b"".join(
            (line or "").encode() for line in session.scalars(public_proofs())
        )
    assert {one for one in published if one not in public} == set()
    raw = [path.read_bytes() for path in source.settings.keys.rglob("*.key")]
    assert raw
    for key in raw:
        for form in (key, key.hex().encode(), key.strip()):
            assert form not in everything


def public_proofs():
    from models.selection.tables import Draw

    return select(Draw.public_proof)


def test_no_name_of_who_joined_an_open_draw_is_told_by_a_backup(source, backup):
    with zipfile.ZipFile(backup) as archive:
        rows = [orjson.loads(line) for line in archive.read("tables/interest.jsonl").splitlines()]
    columns = [name for name, _ in shape_of(backup, "interest")["columns"]]
    open_rows = [dict(zip(columns, row, strict=True)) for row in rows]
    hidden = [row for row in open_rows if row["party_id"] is None]
    assert len(hidden) == 2
    assert {row["blind"] for row in hidden} == {None}


def shape_of(path, name):
    return next(one for one in manifest(path)["tables"] if one["name"] == name)


def test_what_a_joiner_typed_is_in_no_form_in_a_backup(source, tmp_path):
    contact, remark = "联系人金丝雀 13900001234", "备注金丝雀七八九"
    story = source.announced()
    with story.player.at(after(hours=7)):
        story.player.join("dz.contractor06", story.project, contact=contact, remark=remark)
    path = tmp_path / "canary.backup"
    write_backup(source.settings, path)
    with zipfile.ZipFile(path) as archive:
        everything = b"\n".join(archive.read(name) for name in archive.namelist())
    # the bytes columns lie in base64: looked through as they were, too
    plain = b"\n".join([everything, *map(base64.b64decode, BASE64.findall(everything))])
    assert "柳河镇".encode() in plain
    for text in (contact, contact[-11:], remark):
        for form in forms(text):
            assert form not in plain, text


def forms(text):
    for data in (text.encode(), text.encode("gbk"), json.dumps(text)[1:-1].encode()):
        yield from (data, data.hex().encode(), quote(data).encode(), base64.b64encode(data)[:-4])


BASE64 = re.compile(rb'"((?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)"')


def test_without_keys_it_says_what_cannot_be_opened(backup, empty):
    names = [key.name for key in restore_backup(empty, backup).missing]
    assert "keys/log.key" in names
    assert {f"keys/guardians/{n}.json" for n in ("centre", "discipline", "regulator")} < set(names)
    assert [name for name in names if name.startswith("keys/draws/")]
    assert "keys/platform/2026.json" in names


def test_the_key_of_a_published_draw_does_not_come_back(source, backup, empty):
    from models.selection import draw_keys
    from models.selection.tables import Draw, DrawState

    put_keys(source, empty)
    with reading() as session:
        published = session.scalars(select(Draw.id).where(Draw.state == DrawState.PUBLISHED)).one()
    draw_keys.make(empty, published)
    restore_backup(empty, backup)
    assert not draw_keys.exists(empty, published)


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.99])
def test_a_truncated_file_restores_nothing(backup, empty, keep):
    data = backup.read_bytes()
    backup.write_bytes(data[: int(len(data) * keep)])
    with pytest.raises(BackupDamagedError):
        restore_backup(empty, backup)
    assert not empty.directory.exists()


def rewritten(path, change):
    """Write the archive again with other members; its checksums are right again."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    path.write_bytes(out.getvalue())


def alter_row(members):
    members["tables/project.jsonl"] = members["tables/project.jsonl"].replace(b"18360000", b"1836")


def alter_blob(members):
    name = next(name for name in members if name.startswith("blobs/"))
    members[name] += b" "


def drop_table(members):
    del members["tables/project.jsonl"]


def add_file(members):
    members["../escape"] = b"x"


def drop_manifest(members):
    del members["manifest.json"]


def no_product(members):
    members["manifest.json"] = b'{"v":1,"tables":[],"blobs":[]}'


@pytest.mark.parametrize(
    "change", [alter_row, alter_blob, drop_table, add_file, drop_manifest, no_product]
)
def test_an_altered_file_restores_nothing(backup, empty, change):
    rewritten(backup, change)
    with pytest.raises(BackupDamagedError):
        restore_backup(empty, backup)
    assert not empty.directory.exists()


def test_an_alteration_that_rewrites_the_list_too_is_told_by_the_fingerprint(
    source, tmp_path, empty
):
    path = tmp_path / "marked.backup"
    fingerprint = write_backup(source.settings, path).fingerprint

    def change(members):
        members["manifest.json"] = members["manifest.json"].replace(b"made_at", b"made_at ")

    rewritten(path, change)
    with pytest.raises(BackupDamagedError, match="指纹"):
        restore_backup(empty, path, fingerprint=fingerprint)


def test_a_backup_of_a_newer_program_is_refused(backup, empty):
    def newer(members):
        held = orjson.loads(members["manifest.json"])
        members["manifest.json"] = orjson.dumps({**held, "revision": "9999"})

    rewritten(backup, newer)
    with pytest.raises(BackupNewerError, match="9999"):
        restore_backup(empty, backup)


def test_an_installation_with_data_is_not_overwritten(source, backup):
    with reading() as session:
        before = session.scalar(select(func.count(LedgerEntry.id)))
    with pytest.raises(NotEmptyError):
        restore_backup(source.settings, backup)
    with reading() as session:
        assert session.scalar(select(func.count(LedgerEntry.id))) == before


def test_a_restore_that_fails_in_the_middle_leaves_nothing_and_can_be_tried_again(
    source, backup, empty, monkeypatch
):
    put_keys(source, empty)
    monkeypatch.setattr("processes.backup.restoring._batches", lambda rows: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        restore_backup(empty, backup)
    monkeypatch.undo()
    restore_backup(empty, backup)
    assert_whole(empty)


def test_a_file_that_exists_is_not_overwritten(source, backup):
    before = backup.read_bytes()
    with pytest.raises(BackupExistsError):
        write_backup(source.settings, backup)
    assert backup.read_bytes() == before
    assert backup.stat().st_mode & 0o077 == 0


def test_a_lost_document_is_named_and_the_rest_is_saved(source, tmp_path):
    with reading() as session:
        sha256 = session.scalars(select(Document.sha256)).first()
    (source.settings.directory / "blobs" / sha256[:2] / sha256).write_bytes(b"altered")
    made = write_backup(source.settings, tmp_path / "other.backup")
    assert made.missing == [sha256]
    assert made.blobs > 0


def test_leases_stay_behind_and_a_json_null_is_no_empty_place(source, tmp_path, empty):
    leases.report_alive()
    with unit_of_work() as session:
        session.add(Setting(name="nothing", value=None))
        letters = session.scalars(select(func.count()).select_from(Letter)).one()
    path = tmp_path / "other.backup"
    write_backup(source.settings, path)
    restore_backup(empty, path)
    with reading() as session:
        assert session.get(Setting, "nothing").value is None
        assert session.scalars(select(Lease)).all() == []
        assert session.scalars(select(func.count()).select_from(Letter)).one() == letters
