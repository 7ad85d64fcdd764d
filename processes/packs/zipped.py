"""A pack as one ZIP file, to download and to take in; what comes in is never trusted.

Nothing is unpacked to a disk, no size that the file claims is believed, links are refused.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping

from models.errors import InvalidError
from processes.lint import Finding
from processes.packs.files import BAD_NAME, MAX_FILE, MAX_FILES, NAME, TOO_LARGE, place_problem

MAX_ZIP = 8_000_000
MAX_TOTAL = 40_000_000
MAX_DIRECTORY = 300 * MAX_FILES
END = b"PK\x05\x06"
END_64 = b"PK\x06\x07"
END_SIZE = 22
MAX_COMMENT = 0xFFFF
KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
FOLDER = re.compile(r"[A-Za-z0-9._-]{1,60}/")
SHOWN = 60


class ZipRefusedError(InvalidError):
    """The file is no ZIP, or one made to do harm."""

    message = "压缩包{problem}，没有导入任何文件；请用本平台导出的 ZIP，或重新压缩后再试。"


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP; the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, body in sorted(files.items()):
            info = zipfile.ZipInfo(path, FIRST_DAY)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(info, body)
    return made.getvalue()


def read_zip(data: bytes) -> tuple[dict[str, bytes], list[Finding]]:
    """Return the files of a ZIP by their path in the pack, and a finding for each refused one."""
    _refuse_by_shape(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return _read(packed)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise ZipRefusedError(problem="已损坏，读不出来") from error


def _refuse_by_shape(data: bytes) -> None:
    """Refuse by the last record what would cost much only to look through."""
    if len(data) > MAX_ZIP:
        raise ZipRefusedError(problem="超过 8 MB")
    place = data.rfind(END, max(0, len(data) - END_SIZE - MAX_COMMENT))
    if place < 0 or len(data) - place < END_SIZE:
        raise ZipRefusedError(problem="不是 ZIP 文件")
    count, size = struct.unpack_from("<HI", data, place + 10)
    if count > MAX_FILES or size > MAX_DIRECTORY or END_64 in data[place - 20 : place]:
        raise ZipRefusedError(problem=f"里的文件超过 {MAX_FILES} 个")


def _read(packed: zipfile.ZipFile) -> tuple[dict[str, bytes], list[Finding]]:
    entries = [one for one in packed.infolist() if not one.is_dir()]
    if len(entries) > MAX_FILES:
        raise ZipRefusedError(problem=f"里的文件超过 {MAX_FILES} 个")
    around = _around([one.filename for one in entries])
    files: dict[str, bytes] = {}
    found: list[Finding] = []
    left = MAX_TOTAL
    for one in entries:
        name = one.filename.removeprefix(around)
        body, problem = _taken(packed, one, name, min(left, MAX_FILE))
        left -= len(body)
        if problem is None and name in files:
            problem = "在压缩包里出现了两次，请只留一个。"
        if problem is None:
            files[name] = body
        else:
            found.append(Finding(_shown(name), "pack_file", "error", problem))
    return files, found


def _taken(
    packed: zipfile.ZipFile, one: zipfile.ZipInfo, name: str, most: int
) -> tuple[bytes, str | None]:
    """Return the content of one entry, or why it is refused."""
    problem = _problem(one, name)
    if problem is not None:
        return b"", problem
    with packed.open(one) as opened:
        body = opened.read(most + 1)
    return (body, None) if len(body) <= most else (body, TOO_LARGE)


def _problem(one: zipfile.ZipInfo, name: str) -> str | None:
    kind = stat.S_IFMT(one.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "不是普通文件（链接或设备），不予读取，请删除。"
    if one.flag_bits & ENCRYPTED:
        return "是加密的，请去掉密码后重新压缩。"
    if one.compress_type not in KINDS:
        return "压缩方式不支持，请用普通的 ZIP 压缩。"
    if not NAME.fullmatch(name.rpartition("/")[2]):
        return BAD_NAME
    return place_problem(name)


def _around(names: list[str]) -> str:
    """Return the one folder that everything lies in, as when a folder was packed."""
    for name in names[:1]:
        found = FOLDER.match(name)
        if found and all(each.startswith(found[0]) for each in names) and _is_outer(names):
            return found[0]
    return ""


def _is_outer(names: list[str]) -> bool:
    inner = [name.partition("/")[2] for name in names]
    return any(place_problem(name) is None for name in inner)


def _shown(name: str) -> str:
    """Return a foreign name so that it can be shown: short, nothing but what is printed."""
    return "".join(sign if sign.isprintable() else "�" for sign in name[:SHOWN])
