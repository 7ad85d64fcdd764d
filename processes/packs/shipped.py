"""The packs that come with the program."""

from pathlib import Path

from models.flow.definition import BASE
from models.settings import BPMN


def shipped_packs() -> list[Path]:
    """Return the folders of the packs that come with the program, the base first."""
    return [BPMN / BASE, *sorted(path for path in (BPMN / "counties").iterdir() if path.is_dir())]
