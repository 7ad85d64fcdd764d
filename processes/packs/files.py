"""Reads a pack's folder without trusting it: known places, plain names, bounded sizes."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

from processes.lint import Finding

MAX_FILE = 2_000_000
MAX_FILES = 500
MAX_DEPTH = 2
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\.[a-z]{2,5}", re.ASCII)
TOP = ("pack.toml", "roles.toml", "rules.toml")
FOLDERS = {
    "diagrams": ".bpmn",
    "decisions": ".dmn",
    "forms": ".json",
    "notices": ".toml",
    "letters": ".toml",
    "cases": ".toml",
    "samples": ".toml",
}
BAD_NAME = "文件名只能用小写字母、数字和下划线，并带后缀，请改名。"
TOO_LARGE = "超过 2 MB，请精简。"


def read_pack(folder: Path) -> tuple[dict[str, bytes], list[Finding]]:
    """Return the files of a pack by their path in it, and a finding for each that is refused."""
    files: dict[str, bytes] = {}
    found: list[Finding] = []
    if folder.is_symlink() or not folder.is_dir():
        return files, [_error(folder.name, "不是文件夹，请指明规则包所在的文件夹。")]
    for path in _walk(folder, found):
        name = path.relative_to(folder).as_posix()
        problem = _problem(path, name)
        if problem:
            found.append(_error(name, problem))
        else:
            files[name] = path.read_bytes()
    return files, found


def _walk(folder: Path, found: list[Finding]) -> Iterator[Path]:
    """Yield what lies in the folder, never following a link out of it."""
    waiting, count = [folder], 0
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            count += 1
            if count > MAX_FILES:
                found.append(_error("", f"文件超过 {MAX_FILES} 个，请删去无关的文件。"))
                return
            depth = len(path.relative_to(folder).parts)
            if path.is_dir() and not path.is_symlink() and depth < MAX_DEPTH:
                waiting.append(path)
            else:
                yield path


def _problem(path: Path, name: str) -> str | None:
    state = path.lstat()
    if not stat.S_ISREG(state.st_mode):
        return "不是普通文件（链接、设备或过深的文件夹），不予读取，请删除。"
    if not NAME.fullmatch(path.name):
        return BAD_NAME
    if state.st_size > MAX_FILE:
        return TOO_LARGE
    return place_problem(name)


def place_problem(name: str) -> str | None:
    """Return why a file may not lie there, or None."""
    folder, _, file = name.rpartition("/")
    if not folder:
        return None if name in TOP else f"规则包的顶层只放 {'、'.join(TOP)}，请移走。"
    if folder not in FOLDERS:
        return f"没有名为“{folder}”的文件夹，可用：{'、'.join(FOLDERS)}。"
    if not file.endswith(FOLDERS[folder]):
        return f"“{folder}”里只放 {FOLDERS[folder]} 文件；规则包不能含程序，请移走。"
    return None


def _error(element: str, message: str) -> Finding:
    return Finding(element, "pack_file", "error", message)
