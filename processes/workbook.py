"""Lists as workbooks (xlsx), to be opened in an office program."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from models.clock import to_china

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 18
LONGEST_NAME = 31
# strings that begin so are read as formulas when a sheet is saved again as text
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def workbook_file(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> BytesIO:
    """Return a workbook of one sheet, ready to be read from its beginning."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(title[:LONGEST_NAME])
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.set_column(0, max(len(head) - 1, 0), WIDTH)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, head, bold)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [_cell(value) for value in row])
    file.seek(0)
    return file


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return to_china(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
