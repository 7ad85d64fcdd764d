"""Which files are taken: the content decides, and the name's ending must agree with it."""

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import filetype

from processes.documents.errors import (
    DocumentDamagedError,
    DocumentEmptyError,
    DocumentExpandsError,
    DocumentKindForbiddenError,
    DocumentKindMismatchError,
    DocumentMacroError,
)
from processes.documents.names import safe_name, split_name

OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{OFFICE}wordprocessingml.document",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "ofd": "application/ofd",
    "png": "image/png",
    "jpg": "image/jpeg",
}
SAME = {"jpeg": "jpg", "jpe": "jpg"}
KINDS = "PDF、DOCX、XLSX、OFD、PNG、JPG"
BY_CONTENT = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PACKED = ("docx", "xlsx", "ofd")
MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}
MAX_PARTS = 3_000
MAX_UNPACKED = 150 * 1024 * 1024
MAX_CONTENT_TYPES = 1 << 20
MACRO_PARTS = ("vbaproject", "vbadata", "xl/macrosheets/", "activex/", "oleobject")
MACRO_TYPES = (b"macroenabled", b"vbaproject", b"ms-excel.intlmacrosheet", b"activex", b"oleobject")


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """What a file turned out to be."""

    name: str
    media_type: str


def inspect(given_name: str, data: bytes) -> Inspected:
    """Return the file's kept name and true type, or raise the reason why it is not taken."""
    stem, ending = split_name(given_name)
    shown = f"{stem}.{ending}" if ending else stem or "文件"
    if not data:
        raise DocumentEmptyError(name=shown)
    wanted = SAME.get(ending, ending)
    if wanted not in MEDIA_TYPES:
        raise DocumentKindForbiddenError(name=shown, kinds=KINDS)
    if wanted in PACKED:
        _check_packed(shown, wanted, data)
    elif _sniff(data) != wanted:
        raise DocumentKindMismatchError(name=shown)
    return Inspected(name=safe_name(given_name, ending), media_type=MEDIA_TYPES[wanted])


def _sniff(data: bytes) -> str | None:
    return BY_CONTENT.get(filetype.guess_mime(data) or "")


def _check_packed(name: str, wanted: str, data: bytes) -> None:
    if data.startswith(OLD_OFFICE):
        raise DocumentDamagedError(name=name)
    if not data.startswith(b"PK\x03\x04"):
        raise DocumentKindMismatchError(name=name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(name, wanted, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise DocumentDamagedError(name=name) from error


def _check_parts(name: str, wanted: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    # sizes are those the file states; reading a part stops there, and its checksum tells a lie
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise DocumentExpandsError(name=name)
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentDamagedError(name=name)
    if MAIN_PART[wanted] not in archive.namelist():
        raise DocumentKindMismatchError(name=name)
    if _carries_program(archive):
        raise DocumentMacroError(name=name)
    for part in parts:
        _read_through(archive, part)


def _carries_program(archive: zipfile.ZipFile) -> bool:
    names = [part.lower() for part in archive.namelist()]
    if any(mark in name for name in names for mark in MACRO_PARTS):
        return True
    if "[Content_Types].xml" not in archive.namelist():
        return False
    with archive.open("[Content_Types].xml") as file:
        declared = file.read(MAX_CONTENT_TYPES).lower().replace(b"\0", b"")
    return any(mark in declared for mark in MACRO_TYPES)


def _read_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with archive.open(part) as file:
        read: Callable[[int], bytes] = file.read
        while read(1 << 16):
            pass
