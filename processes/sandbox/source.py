"""Reading a diagram's text without running it: its names, its shape, its Starlark.

Starlark's expressions are nearly Python's, so Python's parser serves for the analysis; the text is
never given to ``eval`` or ``exec``.
"""

import ast
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from processes.sandbox.errors import SandboxSyntaxError
from processes.sandbox.plain import Lookup, compiled
from processes.sandbox.syntax_words import in_chinese

Mode = Literal["eval", "exec"]
MAX_SOURCE = 8_000
# fmt: off
BUILTINS = frozenset([
    "abs", "all", "any", "bool", "chr", "dict", "dir", "enumerate", "fail", "float", "getattr",
    "hasattr", "hash", "int", "len", "list", "max", "min", "ord", "range", "repr", "reversed",
    "sorted", "str", "tuple", "type", "zip", "True", "False", "None",
])
# fmt: on
PURE = frozenset({"sum", "round", "add_days", "days_between", "duration"})
STRAIGHT = (ast.Assign, ast.AugAssign, ast.Expr)
SCALARS = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class Source:
    """One analysed text: what it reads, what it binds, and its Starlark.

    ``plain`` answers the simplest expressions here; ``straight`` scripts have no branches, so
    that they may be compiled once.
    """

    text: str
    starlark: str
    reads: tuple[str, ...]
    binds: tuple[str, ...]
    calls: tuple[str, ...] = ()
    plain: Lookup | None = None
    straight: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """An expression that is one plain literal."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Variable:
    """An expression that is one bare name."""

    name: str


@lru_cache(maxsize=8192)
def expression(text: str) -> Source | Constant | Variable:
    """Analyse an expression; the commonest two shapes need no helper process."""
    tree = _parse(text.strip(), "eval")
    body = tree.body
    if isinstance(body, ast.Constant) and isinstance(body.value, SCALARS):
        return Constant(body.value)
    if isinstance(body, ast.Name) and body.id not in BUILTINS:
        return Variable(body.id)
    return _source(text, tree)


@lru_cache(maxsize=1024)
def script(text: str) -> Source:
    """Analyse a script."""
    return _source(text, _parse(text, "exec"))


def _parse(text: str, mode: Mode) -> ast.Expression | ast.Module:
    if len(text) > MAX_SOURCE:
        raise SandboxSyntaxError(f"表达式或脚本超过 {MAX_SOURCE} 个字符，请拆分。")
    try:
        return ast.parse(text, mode=mode)  # type: ignore[return-value]
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 0
        raise SandboxSyntaxError(
            f"第 {line} 行语法有误：{in_chinese(error.msg, text, is_expression=mode == 'eval')}",
            line=line,
            column=column,
            text=text[:200],
        ) from None
    except (RecursionError, MemoryError, ValueError) as error:
        raise SandboxSyntaxError("表达式或脚本嵌套过深或含有非法字符，请简化。") from error


def _source(text: str, tree: ast.Expression | ast.Module) -> Source:
    reads, binds, local = _names(tree)
    try:
        starlark = ast.unparse(ast.fix_missing_locations(Pythonic().visit(tree)))
    except (RecursionError, ValueError) as error:
        raise SandboxSyntaxError("表达式或脚本嵌套过深，请简化。") from error
    reads -= local | BUILTINS
    plain = compiled(tree.body) if isinstance(tree, ast.Expression) else None
    straight = isinstance(tree, ast.Module) and all(
        isinstance(each, STRAIGHT) for each in tree.body
    )
    names = tuple(sorted(reads)), tuple(sorted(binds - local))
    calls = tuple(sorted(_calls(tree) - local - binds - BUILTINS))
    return Source(text, starlark, *names, calls, plain, straight)


def _calls(tree: ast.AST) -> set[str]:
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {each.id for each in calls if isinstance(each, ast.Name)}


def _names(tree: ast.AST) -> tuple[set[str], set[str], set[str]]:
    """Return the names read, bound, and bound only inside functions and comprehensions."""
    reads: set[str] = set()
    binds: set[str] = set()
    local: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                reads.add(name)
            case ast.Name(id=name):
                binds.add(name)
            case ast.arg(arg=name) | ast.FunctionDef(name=name):
                local.add(name)
            case ast.comprehension(target=target):
                local |= {each.id for each in ast.walk(target) if isinstance(each, ast.Name)}
    return reads, binds, local


class Pythonic(ast.NodeTransformer):
    """Small conveniences Starlark lacks: ``a < b < c``, ``is None``, generator expressions."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Turn ``is`` into ``==`` and a chain into a conjunction."""
        self.generic_visit(node)
        node.ops = [_plain(operator) for operator in node.ops]
        if len(node.ops) == 1:
            return node
        terms = [node.left, *node.comparators]
        pairs = zip(terms, node.ops, terms[1:], strict=False)
        parts: list[ast.expr] = [ast.Compare(left, [op], [right]) for left, op, right in pairs]
        return ast.BoolOp(ast.And(), parts)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        """Turn a generator into a list."""
        self.generic_visit(node)
        return ast.ListComp(node.elt, node.generators)


def _plain(operator: ast.cmpop) -> ast.cmpop:
    if isinstance(operator, ast.Is):
        return ast.Eq()
    return ast.NotEq() if isinstance(operator, ast.IsNot) else operator
