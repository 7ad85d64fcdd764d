"""Words of letters: a pack's template, and the same with what is known filled in."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from models.errors import InvalidError
from models.letter import LetterKind
from models.notice_text import (
    ALWAYS,
    MAX_ROWS,
    MAX_TEMPLATE,
    OF_CASE,
    OF_COMPARED,
    OF_DRAW,
    OF_EMERGENCY,
    OF_ORGANISER,
    OF_RESULT,
    PLACE,
    unknown_places,
)

OF_LETTER = frozenset({"year", "sequence", "day", "contact", "mobile", "code"})
FIELDS: Mapping[LetterKind, frozenset[str]] = {
    LetterKind.ENTRY_APPLICATION: ALWAYS | OF_LETTER | {"floor_commit"},
    LetterKind.AWARD_LETTER: (
        ALWAYS | OF_DRAW | OF_RESULT | OF_LETTER | OF_ORGANISER | OF_COMPARED | OF_EMERGENCY
    ),
    LetterKind.OTHER_LETTER: ALWAYS | OF_LETTER | OF_CASE,
}
"""What a letter of each kind may name; of a floor price there is only the commitment."""
TEXTS = ("head", "number", "title", "addressee", "opening", "closing", "check")
MAX_TITLE = 100


class LetterTemplateInvalidError(InvalidError):
    """A letter's template cannot be used."""

    message = "文书模板{problem}，请在规则包中改正。"


@dataclass(frozen=True)
class LetterTemplate:
    """The texts of a kind of letter, with places for what is known."""

    kind: LetterKind
    texts: Mapping[str, str]
    rows: tuple[tuple[str, str], ...] = ()
    sign: tuple[str, ...] = ()
    seal: str = ""

    @property
    def places(self) -> frozenset[str]:
        """What the template names."""
        texts = (*self.texts.values(), *(text for _, text in self.rows), *self.sign, self.seal)
        return frozenset(name for text in texts for name in PLACE.findall(text))


@dataclass(frozen=True, kw_only=True)
class LetterWords:
    """A letter as it is printed: words only, so that the same words give the same letter."""

    head: str
    number: str
    title: str
    addressee: str
    opening: list[str]
    rows: list[list[str]]
    closing: list[str]
    sign: list[str]
    seal: str
    check: str
    code: str
    day: str
    url: str
    marks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the words as they are stored."""
        return asdict(self)


def parse_letter(data: bytes) -> LetterTemplate:
    """Read a template; raise when it is malformed or names what its kind does not offer."""
    if len(data) > MAX_TEMPLATE:
        raise LetterTemplateInvalidError(problem="超过 60 KB，太长")
    try:
        held = tomllib.loads(data.decode())
        template = _template(held)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise LetterTemplateInvalidError(problem=f"不是正确的 TOML（{error}）") from None
    except (KeyError, TypeError, ValueError):
        problem = "须有 kind 和 title，kind 须是文书类别，rows 须是成对的文字，sign 须是文字的列表"
        raise LetterTemplateInvalidError(problem=problem) from None
    if len(template.rows) > MAX_ROWS or len(template.sign) > MAX_ROWS:
        raise LetterTemplateInvalidError(problem=f"的表格或落款超过 {MAX_ROWS} 行")
    if held:
        raise LetterTemplateInvalidError(problem=f"有不认识的项目：{'、'.join(sorted(held))}")
    names_fields = template.kind is LetterKind.OTHER_LETTER
    offered = FIELDS[template.kind]
    if unknown := unknown_places(template.places, offered, names_fields=names_fields):
        raise LetterTemplateInvalidError(problem=f"用了没有的内容：{'、'.join(sorted(unknown))}")
    return template


def _template(held: dict[str, Any]) -> LetterTemplate:
    kind = LetterKind(held.pop("kind"))
    if not str(held["title"]).strip():
        raise ValueError("title")
    texts = {name: str(held.pop(name, "")).strip() for name in TEXTS}
    rows = tuple((str(label), str(text)) for label, text in held.pop("rows", []))
    sign = held.pop("sign", [])
    if not isinstance(sign, list):
        raise TypeError("sign")
    return LetterTemplate(
        kind, texts, rows, tuple(str(line) for line in sign), str(held.pop("seal", ""))
    )


def fill_letter(
    template: LetterTemplate,
    known: Mapping[str, object],
    *,
    url: str,
    marks: list[str] | None = None,
    notes: list[str] | None = None,
) -> LetterWords:
    """Return the letter's words; a row of which nothing is known is left out."""

    def put(text: str) -> str:
        return PLACE.sub(lambda place: str(known.get(place[1]) or ""), text)

    def fill(text: str) -> str:
        return put(text).strip()

    def is_known(text: str) -> bool:
        named = PLACE.findall(text)
        return not named or any(known.get(name) for name in named)

    texts = template.texts
    return LetterWords(
        head=fill(texts["head"]),
        number=fill(texts["number"]),
        title=fill(texts["title"])[:MAX_TITLE],
        addressee=fill(texts["addressee"]),
        opening=_paragraphs(fill(texts["opening"])),
        rows=[[label, fill(text)] for label, text in template.rows if is_known(text)],
        closing=_paragraphs(fill(texts["closing"])),
        sign=[put(line) for line in template.sign],
        seal=fill(template.seal),
        check=fill(texts["check"]),
        code=str(known["code"]),
        day=str(known["day"]),
        url=url,
        marks=marks or [],
        notes=notes or [],
    )


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
