"""Uploaded files that attack the parser, and those that are merely wrong."""

import time

import pytest

from processes.xml import MAX_BYTES, BadDiagramError, safe_dmn, safe_tree
from tests.processes.diagrams import data

GOOD = data("linear5.bpmn")
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OPEN = '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">'
CLOSE = "</bpmn:definitions>"


def wrapped(head: str, body: str = "") -> bytes:
    return f"{head}{OPEN}{body}{CLOSE}".encode()


HOSTILE = {
    "file entity": wrapped('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
    "http entity": wrapped('<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>', "&x;"),
    "parameter entity": wrapped('<!DOCTYPE d [<!ENTITY % x SYSTEM "file:///etc/passwd">%x;]>'),
    "external dtd": wrapped('<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">'),
    "internal entity": wrapped('<!DOCTYPE d [<!ENTITY x "y">]>', "&x;"),
    "billion laughs": wrapped(LAUGHS, "&c;"),
    "quadratic blow-up": wrapped(f'<!DOCTYPE d [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 5_000),
    "utf-16": GOOD.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "utf-32": GOOD.decode().encode("utf-32-le"),
    "utf-7 declared": b'<?xml version="1.0" encoding="UTF-7"?>' + OPEN.encode() + b"+ADw-",
    "too big": wrapped("", "<a/>" * (MAX_BYTES // 4)),
    "too many elements": wrapped("", "<a/>" * 30_000),
    "too deep": wrapped("", "<a>" * 5_000 + "</a>" * 5_000),
    "attribute flood": wrapped("", "<a " + "b='' " * 1000 + "/>"),
    "not closed": OPEN.encode(),
    "empty": b"",
    "not xml": b"PK\x03\x04",
    "html": b"<html/>",
    "other root": b'<definitions xmlns="urn:x"/>',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_foreign_file_is_refused_quickly_and_in_chinese(kind):
    began = time.process_time()
    with pytest.raises(BadDiagramError) as caught:
        safe_tree(HOSTILE[kind])
    assert time.process_time() - began < 1
    assert any("一" <= sign <= "鿿" for sign in caught.value.text)
    assert "root:" not in str(caught.value.details)


def test_a_good_diagram_is_read_without_comments_and_instructions():
    tree = safe_tree(GOOD.replace(b"<bpmn:process ", b"<!-- c --><?run it?><bpmn:process ", 1))
    assert all(isinstance(each.tag, str) for each in tree.iter())


def test_an_include_is_not_followed():
    include = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
    tree = safe_tree(wrapped("", include))
    assert "".join(tree.itertext()) == ""


def test_a_syntax_error_tells_its_line():
    with pytest.raises(BadDiagramError) as caught:
        safe_tree(b"<a>\n<b>\n</a>")
    assert caught.value.details["line"] == 3


def test_a_decision_table_is_no_diagram_and_the_other_way_round():
    assert safe_dmn(data("method_first.dmn")).tag.endswith("definitions")
    with pytest.raises(BadDiagramError):
        safe_tree(data("method_first.dmn"))
    with pytest.raises(BadDiagramError):
        safe_dmn(GOOD)
