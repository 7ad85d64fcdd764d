"""The English catalogue: read once from the text file that translators edit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

ENGLISH_FILE = Path(__file__).parents[1] / "translations" / "en" / "LC_MESSAGES" / "messages.po"
SCRIPTS = "web/frontend/"
PLACE = re.compile(r"\{([^\W\d]\w*)\}")
"""A place in a sentence; ``{4}`` is none, but part of a pattern that is quoted."""
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
DISTINCT = 4
ENUMERATION, BESIDE = "、", " · "


@dataclass(frozen=True)
class Sentence:
    """A sentence with places, recognised after it was filled in below the edge."""

    shape: re.Pattern[str]
    fixed: str
    """The longest part that never changes: looked for first, because that costs least."""
    text: str
    is_vague: bool
    """So little never changes that it may be somebody's own title: its facts must be ours."""

    @classmethod
    def of(cls, chinese: str, text: str) -> "Sentence":
        """Read a sentence whose places are written ``{name}``."""
        parts = PLACE.split(chinese)
        fixed = parts[::2]
        names = dict.fromkeys(parts[1::2])
        shape = re.escape(fixed[0])
        for name, after in zip(parts[1::2], fixed[1:], strict=True):
            seen = names[name] is not None
            shape += f"(?P={name})" if seen else f"(?P<{name}>.+?)"
            names[name] = "seen"
            shape += re.escape(after)
        is_vague = len("".join(fixed)) < DISTINCT
        return cls(re.compile(shape, re.DOTALL), max(fixed, key=len), text, is_vague)


@dataclass(frozen=True)
class Words:
    """One language's words: for gettext, for sentences from below, for the scripts."""

    translations: Translations
    exact: Mapping[str, str]
    sentences: tuple[Sentence, ...] = field(repr=False)
    of_scripts: dict[str, str] = field(repr=False)

    def render(self, text: str) -> str:
        """Return a Chinese word or sentence in this language, or as it is when it is no word."""
        if text in self.exact or not CHINESE.search(text):
            return self.exact.get(text, text)
        if BESIDE in text:
            return BESIDE.join(map(self.render, text.split(BESIDE)))
        return self._recognised(text) or self._listed(text) or text

    def _recognised(self, text: str) -> str | None:
        for one in self.sentences:
            if one.fixed in text and (found := one.shape.fullmatch(text)):
                values = {name: self.render(value) for name, value in found.groupdict().items()}
                if one.is_vague and any(map(CHINESE.search, values.values())):
                    continue
                return PLACE.sub(lambda place, given=values: given[place[1]], one.text)  # type: ignore[misc]
        return None

    def _listed(self, text: str) -> str | None:
        parts = text.split(ENUMERATION)
        known = [self.exact[part] for part in parts if part in self.exact]
        return ", ".join(known) if len(parts) > 1 and len(known) == len(parts) else None


@lru_cache(maxsize=1)
def english() -> Words:
    """Return the English words."""
    return read_words(ENGLISH_FILE)


def read_words(file: Path) -> Words:
    """Read a catalogue; entries without a text are left out."""
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale="en", domain="messages")
    texts = {str(one.id): str(one.string) for one in catalogue if one.id and one.string}
    filled = [(chinese, text) for chinese, text in texts.items() if PLACE.search(chinese)]
    filled.sort(key=lambda pair: -len(PLACE.sub("", pair[0])))
    scripts = {
        str(one.id): str(one.string)
        for one in catalogue
        if one.id and any(name.startswith(SCRIPTS) for name, _ in one.locations)
    }
    return Words(
        translations=_compiled(catalogue),
        exact=texts,
        sentences=tuple(Sentence.of(*pair) for pair in filled),
        of_scripts=scripts,
    )


def _compiled(catalogue: Catalog) -> Translations:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
