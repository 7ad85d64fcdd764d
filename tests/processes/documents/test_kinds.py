"""The content decides what a file is; the name must agree."""

import pytest

from processes.documents import kinds
from processes.documents.errors import (
    DocumentDamagedError,
    DocumentEmptyError,
    DocumentExpandsError,
    DocumentKindForbiddenError,
    DocumentKindMismatchError,
    DocumentMacroError,
)
from processes.documents.kinds import inspect
from processes.documents.names import safe_name
from tests.processes.documents import files

WORKBOOK = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
WORD = kinds.MEDIA_TYPES["docx"]


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("财评批复.PDF", files.PDF, "application/pdf"),
        ("图纸.png", files.png(), "image/png"),
        ("现场.jpeg", files.JPG, "image/jpeg"),
        ("申请表.docx", files.docx(), WORD),
        ("清单.xlsx", files.xlsx(), kinds.MEDIA_TYPES["xlsx"]),
        ("批复.ofd", files.ofd(), "application/ofd"),
    ],
)
def test_kinds_the_offices_use_are_taken(name, data, media_type):
    found = inspect(name, data)
    assert (found.media_type, found.name.rpartition(".")[0]) == (
        media_type,
        name.rpartition(".")[0],
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("页面.html", b"<script>1</script>"),
        ("图.svg", b"<svg/>"),
        ("程序.exe", b"MZ"),
        ("旧表.doc", files.OLD_DOC),
        ("含宏.xlsm", files.xlsx()),
        ("没有扩展名", files.PDF),
        ("压缩.zip", files.packed({"a": "b"})),
    ],
)
def test_other_kinds_are_refused_with_the_list_of_those_taken(name, data):
    with pytest.raises(DocumentKindForbiddenError) as refused:
        inspect(name, data)
    assert refused.value.code == "document_kind_forbidden"
    assert "PDF、DOCX" in refused.value.text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("清单.pdf", files.xlsx()),
        ("清单.pdf", b"<html><script>alert(1)</script>"),
        ("清单.xlsx", files.docx()),
        ("清单.xlsx", files.PDF),
        ("清单.docx", files.packed({"a.txt": "b"})),
        ("图.png", files.JPG),
    ],
)
def test_a_name_that_hides_another_kind_is_refused(name, data):
    with pytest.raises(DocumentKindMismatchError):
        inspect(name, data)


@pytest.mark.parametrize(
    "data",
    [
        files.xlsx(extra={"xl/vbaProject.bin": b"x"}),
        files.xlsx(extra={"xl/macrosheets/sheet1.xml": b"x"}),
        files.xlsx(extra={"xl/embeddings/oleObject1.bin": b"x"}),
        files.xlsx(types=b'<Override ContentType="%s"/>' % WORKBOOK),
        files.xlsx(types=b'<Override ContentType="application/vnd.ms-office.vbaProject"/>'),
    ],
)
def test_an_office_file_with_a_program_is_refused_whatever_its_name(data):
    with pytest.raises(DocumentMacroError):
        inspect("清单.xlsx", data)


def test_an_office_file_that_unpacks_beyond_use_is_refused(monkeypatch):
    monkeypatch.setattr(kinds, "MAX_UNPACKED", 100_000)
    with pytest.raises(DocumentExpandsError):
        inspect("申请表.docx", files.docx(**{"word/big.xml": b"\0" * 200_000}))


def test_an_office_file_of_countless_parts_is_refused(monkeypatch):
    monkeypatch.setattr(kinds, "MAX_PARTS", 20)
    with pytest.raises(DocumentExpandsError):
        inspect("申请表.docx", files.docx(**{f"word/{n}.xml": "x" for n in range(30)}))


@pytest.mark.parametrize(
    "data",
    [files.lying_about_its_size(), files.with_a_password(), files.docx()[:-40], files.OLD_DOC],
)
def test_a_file_that_cannot_be_opened_is_refused(data):
    with pytest.raises(DocumentDamagedError):
        inspect("申请表.docx", data)


def test_an_empty_file_is_refused():
    with pytest.raises(DocumentEmptyError):
        inspect("批复.pdf", b"")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (r"C:\用户\桌面\工程 预算.pdf", "工程 预算.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("报告\u202efdp.pdf", "报告fdp.pdf"),
        ('a"b\r\nX: y.pdf', "a_b__X_ y.pdf"),
        ("CON.pdf", "文件CON.pdf"),
        (".pdf", "文件.pdf"),
        ("长" * 300 + ".pdf", "长" * 73 + ".pdf"),
    ],
)
def test_names_are_kept_readable_and_harmless(given, kept):
    assert safe_name(given, "pdf") == kept
