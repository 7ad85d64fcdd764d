"""What is left in Chinese on an English page, beside what counties and people wrote."""

import json
import re
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.web.words import CHINESE, ROOT, kept

TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
UNSEEN = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
READ_ALOUD = re.compile(r'\s(?:aria-label|alt|placeholder|title|data-confirm[\w-]*)="([^"]*)"')
SWITCH = "中文"


def texts_of(page: str) -> Iterator[str]:
    """Yield every text of a page that a person sees or hears."""
    page = UNSEEN.sub("", page)
    for tag in TAG.findall(page):
        yield from (unescape(value).strip() for value in READ_ALOUD.findall(tag))
    yield from (unescape(text).strip() for text in TAG.split(page))


def left_over(page: str, written: list[str]) -> list[str]:
    """Return the Chinese of a page that nobody wrote: ``written`` is known, the longest first."""
    found = []
    for text in texts_of(page):
        rest = text
        if rest == SWITCH or not CHINESE.search(rest):
            continue
        for known in written:
            if known in rest:
                rest = rest.replace(known, "")
                if not CHINESE.search(rest):
                    break
        if CHINESE.search(rest):
            found.append(text)
    return found


def written_by_people(database: Path) -> list[str]:
    """Return what stands in the database and in the counties' files, the longest first."""
    ours = {str(one.id) for one in kept() if one.id}
    texts = {text.strip() for text in (*_stored(database), *_of_packs())}
    lines = {line.strip() for text in texts for line in text.splitlines()}
    chinese = {text for text in texts | lines if len(text) > 1 and CHINESE.search(text)}
    drawn = {text.strip() for text in _drawn()}
    return sorted((chinese - ours) | drawn, key=len, reverse=True)


def _drawn() -> Iterator[str]:
    """Yield the labels of the diagrams, which stay Chinese even where a word of ours is the same."""
    for path in (ROOT / "bpmn").rglob("*.bpmn"):
        for node in ET.parse(path).iter():
            if CHINESE.search(node.get("name", "")):
                yield node.get("name", "")


def _stored(database: Path) -> Iterator[str]:
    with sqlite3.connect(database) as connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        for name in names:
            for row in connection.execute(f'SELECT * FROM "{name}"'):
                for value in row:
                    yield from _strings(value)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return
    if isinstance(value, str):
        yield from _read(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _read(text: str) -> Iterator[str]:
    if text[:1] in "[{":
        with suppress(ValueError):
            text = json.loads(text)
    if isinstance(text, str):
        yield text
    else:
        yield from _strings(text)


def _of_packs() -> Iterator[str]:
    for path in (ROOT / "bpmn").rglob("*"):
        if path.suffix == ".toml":
            yield from _strings(tomllib.loads(path.read_text()))
        elif path.suffix == ".json":
            yield from _strings(json.loads(path.read_text()))
        elif path.suffix in (".bpmn", ".dmn"):
            for node in ET.parse(path).iter():
                yield from node.attrib.values()
                yield node.text or ""
