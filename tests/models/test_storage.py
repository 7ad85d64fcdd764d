"""Blobs: kept once, whole, under their digest alone."""

import hashlib
import os
from datetime import timedelta

import pytest

from models.clock import system_now
from models.storage import BlobDamagedError, BlobMissingError, LocalStorage


@pytest.fixture
def storage(tmp_path):
    return LocalStorage(tmp_path / "blobs")


def files_in(storage):
    return [path for path in storage.root.rglob("*") if path.is_file()]


def test_what_is_put_comes_back_under_its_digest(storage):
    name = storage.put(b"budget")
    assert name == hashlib.sha256(b"budget").hexdigest()
    with storage.open(name) as file:
        assert file.read() == b"budget"


def test_the_same_bytes_are_kept_once_and_readable_by_their_owner_alone(storage):
    assert storage.put(b"same") == storage.put(b"same")
    [only] = files_in(storage)
    assert only.stat().st_mode & 0o077 == 0


def test_a_failed_write_leaves_nothing_under_a_digest(storage, monkeypatch):
    def full(handle):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        storage.put(b"half")
    assert list(storage.names()) == []


def test_bytes_changed_on_disk_are_not_handed_out(storage):
    name = storage.put(b"genuine")
    [place] = files_in(storage)
    place.write_bytes(b"altered")
    with pytest.raises(BlobDamagedError):
        storage.open(name)


@pytest.mark.parametrize("name", ["../../secret_key", "a" * 63, "A" * 64, "0" * 64])
def test_only_the_digest_of_something_stored_opens(storage, name):
    with pytest.raises(BlobMissingError):
        storage.open(name)


def test_bytes_stored_again_survive_the_clean_up(storage):
    name = storage.put(b"again")
    [place] = files_in(storage)
    os.utime(place, (0, 0))
    an_hour_ago = system_now() - timedelta(hours=1)
    storage.put(b"again")
    assert not storage.remove(name, older_than=an_hour_ago)
    os.utime(place, (0, 0))
    assert storage.remove(name, older_than=an_hour_ago)
    assert files_in(storage) == []


def test_what_a_dead_process_left_half_stored_is_cleared_once_it_is_old(storage, monkeypatch):
    def ends(handle):
        raise OSError("ended")

    name = storage.put(b"whole")
    monkeypatch.setattr(os, "fsync", ends)
    with pytest.raises(OSError, match="ended"):
        storage.put(b"half")
    an_hour_ago = system_now() - timedelta(hours=1)
    assert storage.clear_unfinished(older_than=an_hour_ago) == 0
    for path in files_in(storage):
        os.utime(path, (0, 0))
    assert storage.clear_unfinished(older_than=an_hour_ago) == 1
    assert [path.name for path in files_in(storage)] == [name]
