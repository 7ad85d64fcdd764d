"""Workbooks as downloads."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, send_file

from processes.workbook import XLSX, workbook_file


def workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """Return a workbook of one sheet as a download."""
    file = workbook_file(title, head, rows)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{title}.xlsx")
