"""Real cases to preview a text with: only what a published notice has told everybody already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFoundError, SmallworksError
from models.letter import LetterKind
from models.notice import Notice, NoticeKind
from models.notice_text import PLACE, Template, parse_template
from models.project import Project

OF_LETTER: Mapping[LetterKind, NoticeKind] = {
    LetterKind.ENTRY_APPLICATION: NoticeKind.TENDER_NOTICE,
    LetterKind.AWARD_LETTER: NoticeKind.AWARD_NOTICE,
    LetterKind.OTHER_LETTER: NoticeKind.OTHER_NOTICE,
}
MOST = 20
MOST_LINES = 200
LEAST = 2
"""Signs that a line has to fix before it tells anything."""


class CaseNotPublicError(NotFoundError):
    """The notice is not there, not of this kind, or not published."""

    message = "没有找到这份已公布的公告，请重新选择一个案例。"


@dataclass(frozen=True)
class PublicCase:
    """A published notice to preview with."""

    id: str
    title: str


def public_cases(session: Session, county: str, folder: str, kind: str) -> list[PublicCase]:
    """Return a county's newest published notices whose contents a text of this kind may show."""
    query = (
        select(Notice.id, Notice.title)
        .where(
            Notice.county_code == county,
            Notice.kind == _notice_kind(folder, kind),
            Notice.published_at.is_not(None),
        )
        .order_by(Notice.published_at.desc(), Notice.id)
        .limit(MOST)
    )
    return [PublicCase(row.id, row.title) for row in session.execute(query)]


def known_of_case(
    session: Session, county: str, folder: str, kind: str, notice_id: str, texts: Sequence[bytes]
) -> dict[str, str]:
    """Return what a published notice says, by field, read back by the texts it may be made from.

    Nothing comes from anywhere but the notice itself and its project's name and number, so that a
    preview shows nothing that is not public.
    """
    notice = session.get(Notice, notice_id)
    is_right = notice is not None and notice.county_code == county and notice.published_at
    if notice is None or not is_right or notice.kind != _notice_kind(folder, kind):
        raise CaseNotPublicError
    known: dict[str, str] = {}
    for template in _templates(texts, notice.kind):
        found = read_back(template, notice)
        known = found if len(found) > len(known) else known
    project = session.get_one(Project, notice.project_id)
    return {**known, "project_title": project.title, "project_number": project.number}


def read_back(template: Template, notice: Notice) -> dict[str, str]:
    """Return the fields' values as a notice prints them, where its lines fit the template's."""
    held = notice.facts.get("facts")
    rows = [one for one in held if isinstance(one, list)] if isinstance(held, list) else []
    printed = {str(one[0]): str(one[-1]) for one in rows if one}
    pairs = [(text, printed[label]) for label, text in template.facts if label in printed]
    pairs.append((template.title, notice.title))
    lines = notice.body.splitlines()[:MOST_LINES]
    for text in template.body.splitlines()[:MOST_LINES]:
        # a line of places alone would fit every line
        if len(PLACE.sub("", text).strip()) >= LEAST:
            pairs += [(text, line) for line in lines]
    known: dict[str, str] = {}
    for text, line in pairs:
        known |= {name: one for name, one in _fit(text, line).items() if name not in known}
    return known


def _fit(text: str, line: str) -> dict[str, str]:
    """Return the values of a template's line that prints as this one, or nothing.

    Each fixed part is looked for once, from the left: no text can make this slow.
    """
    names, (first, *fixed) = PLACE.findall(text), PLACE.split(text)[::2]
    if not names or not line.startswith(first) or not all(fixed[:-1]):
        return {}
    values: dict[str, str] = {}
    place = len(first)
    for name, part in zip(names, fixed, strict=True):
        end = len(line) if not part else line.find(part, place)
        if end < 0:
            return {}
        value = line[place:end].strip()
        place = end + len(part)
        if value:
            values.setdefault(name, value)
    return values if place == len(line) else {}


def _templates(texts: Sequence[bytes], kind: NoticeKind) -> Iterator[Template]:
    for body in texts:
        try:
            template = parse_template(body)
        except SmallworksError:
            continue
        if template.kind is kind:
            yield template


def _notice_kind(folder: str, kind: str) -> NoticeKind:
    return NoticeKind(kind) if folder == "notices" else OF_LETTER[LetterKind(kind)]
