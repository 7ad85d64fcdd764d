"""What a notice or letter would look like, and what is wrong with its text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from models.errors import SmallworksError
from models.letter_text import LetterTemplate, fill_letter, parse_letter
from models.notice_text import PLACE, Template, parse_template, render
from processes.lint import Finding
from processes.texts.shape import NOTICES
from processes.texts.words import INVENTED

SAMPLE = "样张"
BRACES = re.compile(r"\{[^{}\n]{0,60}\}?|\}")
MOST = 20


def preview(folder: str, text: str, known: Mapping[str, object], url: str = "") -> dict[str, Any]:
    """Return a notice as it would be printed, or the words of a letter; raise when it is faulty."""
    if folder == NOTICES:
        shown = render(parse_template(text.encode()), known)
        return {"title": shown.title, "body": shown.body.split("\n"), "rows": shown.facts}
    return letter_words(text, known, url)


def letter_words(text: str, known: Mapping[str, object], url: str) -> dict[str, Any]:
    """Return the words of a letter that is marked as a sample and can be none that was issued."""
    filled = {**known, "code": INVENTED["code"], "day": known.get("day") or INVENTED["day"]}
    words = fill_letter(parse_letter(text.encode()), filled, url=url, marks=[SAMPLE])
    return asdict(words)


def findings(folder: str, path: str, text: str) -> list[Finding]:
    """Return what is wrong with a text: errors forbid publishing, warnings are worth a look."""
    template: Template | LetterTemplate
    try:
        template = (parse_template if folder == NOTICES else parse_letter)(text.encode())
    except SmallworksError as error:
        return [Finding(path, folder.removesuffix("s"), "error", error.text)]
    return list(_loose_braces(path, template))[:MOST]


def _loose_braces(path: str, template: Template | LetterTemplate) -> Iterator[Finding]:
    for text in _texts(template):
        for found in BRACES.findall(text):
            if not PLACE.fullmatch(found):
                told = f"“{found[:40]}”不是字段，会照原样印出；要填入内容请从字段表选取。"
                yield Finding(path, "braces", "warning", told)


def _texts(template: Template | LetterTemplate) -> list[str]:
    if isinstance(template, Template):
        return [template.title, template.body, *(text for _, text in template.facts)]
    return [*template.texts.values(), *(text for _, text in template.rows), *template.sign]
