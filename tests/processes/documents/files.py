"""Files as people and attackers make them."""

import io
import struct
import zipfile
import zlib

TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">%s</Types>'
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 64
OLD_DOC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def png():
    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def packed(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def docx(types=b"", **extra):
    parts = {"[Content_Types].xml": TYPES % types, "word/document.xml": "<document/>"}
    return packed({**parts, **extra})


def xlsx(types=b"", extra=None):
    parts = {"[Content_Types].xml": TYPES % types, "xl/workbook.xml": "<workbook/>"}
    return packed({**parts, **(extra or {})})


def ofd():
    return packed({"OFD.xml": "<OFD/>", "Doc_0/Document.xml": "<Document/>"})


def lying_about_its_size():
    """A part that says it holds 10 bytes and unpacks to a megabyte."""
    data = bytearray(docx(**{"word/media.xml": b"\0" * 1_000_000}))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.rfind(signature)
        data[at + place : at + place + 4] = struct.pack("<I", 10)
    return bytes(data)


def with_a_password():
    data = bytearray(docx())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)
