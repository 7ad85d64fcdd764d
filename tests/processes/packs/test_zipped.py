"""A pack as a ZIP: comes back as it was; a hostile one takes no time, no memory and no file."""

import io
import stat
import struct
import time
import tracemalloc
import zipfile

import pytest

from models.settings import BPMN
from processes.packs.files import MAX_FILE, MAX_FILES, read_pack
from processes.packs.zipped import MAX_ZIP, ZipRefusedError, read_zip, zip_of


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], **kind) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind.get("method", zipfile.ZIP_DEFLATED)) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return made.getvalue()


@pytest.mark.parametrize("code", ["base", "counties/dazhou", "counties/huairou"])
def test_a_shipped_pack_comes_back_as_it_was(code):
    files, _ = read_pack(BPMN / code)

    assert read_zip(zip_of(files)) == (files, [])
    assert zip_of(files) == zip_of(dict(reversed(files.items())))


def test_a_folder_that_was_packed_is_taken_as_its_content():
    files, found = read_zip(packed(("dazhou/pack.toml", b"a"), ("dazhou/forms/x.json", b"{}")))

    assert (sorted(files), found) == (["forms/x.json", "pack.toml"], [])


@pytest.mark.parametrize(
    "name",
    [
        "../pack.toml",
        "../../etc/passwd",
        "/etc/passwd",
        "forms/../../x.json",
        "forms/../pack.toml",
        "..\\pack.toml",
        "C:\\pack.toml",
        "forms/<script>alert(1)</script>.json",
        "forms/x.py",
        "forms/deep/x.json",
        "forms/x.json\x00.py",
        "programs/x.toml",
        "forms/表单.json",
        "forms/" + "x" * 300 + ".json",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_and_the_rest_read(name):
    files, found = read_zip(packed((name, b"{}"), ("forms/good.json", b"{}")))

    assert "forms/good.json" in files
    assert set(files) <= {"forms/good.json", "forms/x.json"}
    if name != "forms/x.json\x00.py":  # zipfile itself cuts a name there
        assert len(found) == 1
        assert len(found[0].element) <= 60


def test_a_link_is_refused():
    link = zipfile.ZipInfo("forms/link.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    files, found = read_zip(packed((link, b"/etc/passwd")))

    assert files == {}
    assert "链接" in found[0].message


def test_a_name_given_twice_counts_once():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = packed(("forms/x.json", b"1"), ("forms/x.json", b"2"))

    files, found = read_zip(data)

    assert files == {"forms/x.json": b"1"}
    assert len(found) == 1


def test_a_bomb_is_read_no_further_than_a_file_may_be_long():
    bomb = packed(*((f"forms/x{n}.json", bytes(200_000_000)) for n in range(2)))
    assert len(bomb) < MAX_ZIP

    tracemalloc.start()
    began = time.monotonic()
    files, found = read_zip(bomb)
    took, peak = time.monotonic() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert files == {}
    assert [one.message for one in found] == ["超过 2 MB，请精简。"] * 2
    assert took < 2
    assert peak < 20 * MAX_FILE


def test_many_files_are_limited_together():
    many = packed(*((f"forms/x{n}.json", bytes(MAX_FILE)) for n in range(30)))

    files, found = read_zip(many)

    assert sum(map(len, files.values())) <= 40_000_000
    assert found


@pytest.mark.parametrize("lies", [False, True])
def test_too_many_entries_are_refused_before_they_are_looked_through(lies):
    data = packed(*((f"forms/x{n}.json", b"") for n in range(MAX_FILES * 20)))
    if lies:  # the count at the end says one file
        place = data.rfind(b"PK\x05\x06")
        data = data[: place + 8] + struct.pack("<HH", 1, 1) + data[place + 12 :]

    with pytest.raises(ZipRefusedError):
        read_zip(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(17), b"x" * (MAX_ZIP + 1)],
    ids=["empty", "start", "text", "cut", "large"],
)
def test_what_is_no_zip_is_refused_in_words(data):
    with pytest.raises(ZipRefusedError) as caught:
        read_zip(data)
    assert "没有导入任何文件" in caught.value.text


def test_a_damaged_zip_is_refused():
    good = zip_of({"forms/x.json": b"{}" * 5000})

    for place in range(30, len(good), 7):
        bad = bytearray(good)
        bad[place] ^= 0xFF
        try:
            files, _ = read_zip(bytes(bad))
        except ZipRefusedError:
            continue
        assert set(files) <= {"forms/x.json"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused(method):
    files, found = read_zip(packed(("forms/x.json", b"{}"), method=method))

    assert files == {}
    assert "压缩方式" in found[0].message
