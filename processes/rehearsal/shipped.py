"""The packs and the program as they come, by which a template is known."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from models.settings import ROOT
from processes.packs.files import read_pack
from processes.packs.shipped import shipped_packs
from processes.rehearsal.cast import CAST

PROGRAM = ("models", "processes/demo", "processes/packs", "processes/rehearsal")
"""What decides how a template's tables look and what stands in them."""


@cache
def shipped_files() -> dict[str, dict[str, bytes]]:
    """Return the files of every shipped pack by the pack's code."""
    return {folder.name: read_pack(folder)[0] for folder in shipped_packs()}


@cache
def program_digest() -> str:
    """Return the hash of the shipped packs and of the program's own parts that make a template."""
    seen = sha256(str(CAST).encode())
    for folder in shipped_packs():
        for name, body in sorted(shipped_files()[folder.name].items()):
            seen.update(f"{folder.name}/{name}\0".encode() + body)
    for path in sorted(_program()):
        seen.update(path.read_bytes())
    return seen.hexdigest()


def _program() -> list[Path]:
    return [path for folder in PROGRAM for path in (ROOT / folder).rglob("*.py")]


def name_of(*parts: str) -> str:
    """Return the name of a template of this program: what it is and what it is made of."""
    return sha256("\0".join((program_digest(), *parts)).encode()).hexdigest()
