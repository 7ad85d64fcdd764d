"""Small real PDF files in place of the stamped papers that an owner would upload."""

PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
    b"/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
)
FONT = (
    b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H"
    b"/DescendantFonts[6 0 R]>>"
)
DESCENDANT = (
    b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
    b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 7 0 R>>"
)
DESCRIPTOR = (
    b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 1000 880]"
    b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"
)


def paper(*lines: str) -> bytes:
    """Return a one-page PDF that shows these lines of Chinese text."""
    shown = b"".join(
        b"BT /F 16 Tf 72 %d Td <%s> Tj ET\n"
        % (760 - 32 * n, line.encode("utf-16-be").hex().encode())
        for n, line in enumerate(lines)
    )
    stream = b"<</Length %d>>stream\n%sendstream" % (len(shown), shown)
    catalogue, pages = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return _file([catalogue, pages, PAGE, stream, FONT, DESCENDANT, DESCRIPTOR])


def _file(objects: list[bytes]) -> bytes:
    body, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, rows)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + table + trailer
