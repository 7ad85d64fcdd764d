"""Expressions and scripts that do not compile, names that look like forgotten quotes."""

from processes.lint.catalogue import Catalogue
from processes.lint.diagram import Diagram
from processes.lint.family import known_in_family
from processes.lint.registry import Found, rule
from processes.lint.texts import Text, texts
from processes.sandbox import source
from processes.sandbox.sandbox import Sandbox


@rule("text_compiles")
def text_compiles(diagram: Diagram, catalogue: Catalogue) -> Found:
    """The parser takes any text; the sandbox compiles each one here."""
    sandbox = Sandbox(dict.fromkeys(catalogue.functions, _never))
    for text in texts(diagram):
        if not text.text.strip():
            yield text.element, f"{text.label}没有内容，请填写或删除。"
            continue
        kind = "script" if text.is_script else "expression"
        for problem in sandbox.compile_check(kind, text.text):  # type: ignore[arg-type]
            yield text.element, f"{text.label}有误：{problem.message}"


@rule("unquoted_text", "warning")
def unquoted_text(diagram: Diagram, catalogue: Catalogue) -> Found:
    """A bare word is a variable; a literal needs quotes."""
    known = known_in_family(diagram, catalogue)
    for text in texts(diagram):
        name = bare_name(text)
        if name is not None and name not in known:
            yield (
                text.element,
                f"{text.label}里的{name}会被当作变量，但没有赋过值；若是文字请写成 '{name}'。",
            )


def bare_name(text: Text) -> str | None:
    """Return the name a text consists of, if it is nothing else."""
    if text.is_script or not text.text.isidentifier():
        return None
    parsed = source.expression(text.text)
    return parsed.name if isinstance(parsed, source.Variable) else None


def _never(*_: object) -> None:
    raise AssertionError
