"""A county's forms, decisions, texts and cases, called what people call them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models.flow.definition import BASE
from processes import contents
from processes.packs.files import TOP
from processes.packs.storing import DIAGRAMS
from processes.proposals import files
from processes.proposals.listing import Draft, drafts_of
from processes.proposals.titles import form_titles, title_of


@dataclass(frozen=True)
class ResourceLine:
    """A form, decision, text or case of a county; ``source`` is county, base or draft."""

    path: str
    title: str
    source: str
    drafts: list[Draft] = field(default_factory=list)

    @property
    def folder(self) -> str:
        """The kind of file: its folder, or nothing for those on top."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The name of the file without folder and suffix."""
        return self.path.rpartition("/")[2].rpartition(".")[0]


def resources_of(session: Session, county: str) -> list[ResourceLine]:
    """Return the files of a county that are no diagrams, and those that only drafts hold."""
    held = files.digests(session, county)
    bodies = contents.get_all(session, {p: sha for p, (sha, _) in held.items() if p not in TOP})
    forms = form_titles(body for path, body in bodies.items() if path.startswith(DIAGRAMS))
    drafts = drafts_of(session, county)
    lines = [
        ResourceLine(
            path,
            called(path, bodies.get(path, b""), forms),
            "base" if whose == BASE else "county",
            drafts.pop(path, []),
        )
        for path, (_, whose) in held.items()
        if not path.startswith(DIAGRAMS)
    ]
    for path, found in drafts.items():
        if not path.startswith(DIAGRAMS):
            lines.append(ResourceLine(path, called(path, b"", forms), "draft", found))
    return sorted(lines, key=lambda line: line.path)


def called(path: str, body: bytes, forms: Mapping[str, str]) -> str:
    """Return what people call a file: a form, and its sample, by the steps that show it."""
    name = path.rpartition("/")[2].rpartition(".")[0]
    if path.startswith(("forms/", "samples/")) and name in forms:
        return forms[name]
    return title_of(path, body)
