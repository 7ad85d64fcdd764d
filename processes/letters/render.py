"""A letter's words set as PDF: one layout for all; words are data, never markup."""

import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst

from models.settings import Settings
from processes.letters.fonts import fonts_for

LAYOUT = Path(__file__).parent / "layout"


def render(words: Mapping[str, Any], settings: Settings, *, at: datetime) -> bytes:
    """Return the PDF of a letter; the same words and moment give the same bytes."""
    family, fonts = fonts_for(settings)
    compiler = typst.Compiler(
        str(LAYOUT / "letter.typ"),
        root=str(LAYOUT),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={
            "letter": json.dumps(dict(words), ensure_ascii=False),
            "qr": _qr(str(words["url"])),
            "font": family,
        },
    )
    pdf = compiler.compile(format="pdf", timestamp=int(at.timestamp()))
    if not isinstance(pdf, bytes):
        raise TypeError("a letter is one PDF")
    return pdf


def _qr(url: str) -> str:
    drawn = io.BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", scale=4, border=1)
    return drawn.getvalue().decode()
