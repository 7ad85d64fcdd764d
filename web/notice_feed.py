"""Notices as an Atom feed, for whoever wants to hear of them at once."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from flask import url_for

from models.clock import business_now, iso
from models.notice import NOTICE_TITLES
from processes.open_data.notices import NoticeLine

SUMMARY = 300
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def atom_feed(lines: Sequence[NoticeLine], base: str, address: str) -> str:
    """Return the feed of these notices; ``address`` is where it was asked for."""
    newest = lines[0].notice.published_at if lines else None
    entries = "".join(_entry(line, base) for line in lines)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
        f"<title>小额工程公告公示</title><id>{escape(address)}</id>"
        f'<link rel="self" href={quoteattr(address)}/>'
        f"<updated>{iso(newest or business_now())}</updated>{entries}</feed>"
    )


def _entry(line: NoticeLine, base: str) -> str:
    address = base + url_for("notices.show", notice_id=line.notice.id)
    moment = iso(line.notice.published_at or business_now())
    return (
        f"<entry><title>{_text(line.notice.title)}</title><id>{address}</id>"
        f'<link href="{address}"/><updated>{moment}</updated>'
        f"<author><name>{_text(line.owner)}</name></author>"
        f'<category term="{line.notice.kind.value}" label="{NOTICE_TITLES[line.notice.kind]}"/>'
        f"<summary>{_text(line.notice.body[:SUMMARY])}</summary></entry>"
    )


def _text(text: str) -> str:
    """Return text as XML may hold it: escaped, without the characters that XML forbids."""
    return escape(FORBIDDEN.sub("", text))
