"""On an English page, tells readers and their software which parts are Chinese.

What counties and people wrote is not translated; a screen reader has to know when to change its
voice. So an English page is looked through once before it leaves, and every stretch of Chinese
is marked, wherever it came from.
"""

import re

from flask import Flask, Response

from web.i18n import speaks_english

CHINESE = re.compile(r"[\u3400-\u9fff]")
PIECES = re.compile(r"(<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)")
OPENING = re.compile(r"<(script|style|title|option|textarea)\b", re.IGNORECASE)
"""Elements in which no other may stand; the language of their text is given on them, or not."""


def install_marking(app: Flask) -> None:
    """Look through every English page."""
    app.after_request(_mark)


def mark_chinese(page: str) -> str:
    """Return the page with every stretch of Chinese marked as such."""
    inside = ""
    pieces = PIECES.split(page)
    for place, piece in enumerate(pieces):
        if piece.startswith("<"):
            inside = _entered(piece, inside)
        elif not inside and CHINESE.search(piece):
            text = piece.strip()
            before, after = piece.split(text, 1)
            pieces[place] = f'{before}<span lang="zh-CN">{text}</span>{after}'
    return "".join(pieces)


def _entered(tag: str, inside: str) -> str:
    if inside:
        return "" if tag.lower().startswith(f"</{inside}") else inside
    opened = OPENING.match(tag)
    return opened[1].lower() if opened else ""


def _mark(response: Response) -> Response:
    is_page = response.mimetype == "text/html" and not response.is_streamed
    if is_page and speaks_english():
        response.set_data(mark_chinese(response.get_data(as_text=True)))
    return response
