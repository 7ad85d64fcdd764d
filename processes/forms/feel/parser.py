"""From tokens to a tree: precedence as FEEL has it, lowest first."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache

from processes.forms.feel.functions import FUNCTIONS
from processes.forms.feel.syntax import END, FeelSyntaxError, Node, Token, tokens_of

MAX_NESTING = 30  # brackets and conditions inside each other; people stop reading long before
CONSTANTS = {"true": True, "false": False, "null": None}
RESERVED = {"if", "then", "else", "and", "or", "in", "between", "for", "some", "every", "return"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


@lru_cache(maxsize=2_000)
def parse(source: str) -> Node:
    """Return the tree of an expression, written without its leading ``=``."""
    parser = _Parser(tokens_of(source))
    tree = parser.expression()
    if parser.now is not END:
        raise FeelSyntaxError(reason=f"“{parser.now.text}”之后无法理解")
    return tree


def names_in(tree: Node) -> Iterator[str]:
    """Yield every top-level name that an expression reads."""
    if tree.kind == "name":
        yield tree.value
    for part in tree.parts:
        yield from names_in(part)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.nesting = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def at(self, *texts: str) -> bool:
        return self.now.kind in {"sign", "name"} and self.now.text in texts

    def take(self) -> Token:
        token = self.now
        self.place += 1
        return token

    def took(self, *texts: str) -> bool:
        found = self.at(*texts)
        self.place += found
        return found

    def need(self, *texts: str) -> Token:
        if not self.at(*texts):
            raise FeelSyntaxError(reason=f"应为“{texts[0]}”，却是“{self.now.text or '结尾'}”")
        return self.take()

    def expression(self) -> Node:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise FeelSyntaxError(reason=f"嵌套超过{MAX_NESTING}层")
        tree = self.choice() if self.took("if") else self.either()
        self.nesting -= 1
        return tree

    def choice(self) -> Node:
        condition = self.expression()
        self.need("then")
        yes = self.expression()
        self.need("else")
        return Node("if", parts=(condition, yes, self.expression()))

    def chain(self, operand: Callable[[], Node], *signs: str) -> Node:
        tree = operand()
        while self.at(*signs):
            sign = self.take().text
            tree = Node(sign, parts=(tree, operand()))
        return tree

    def either(self) -> Node:
        return self.chain(self.both, "or")

    def both(self) -> Node:
        return self.chain(self.comparison, "and")

    def comparison(self) -> Node:
        left = self.sum()
        if self.at("=", "!=", "<", ">", "<=", ">="):
            return Node(self.take().text, parts=(left, self.sum()))
        if self.took("between"):
            low = self.sum()
            self.need("and")
            return Node("range", (True, True), (left, low, self.sum()))
        return self.membership(left) if self.took("in") else left

    def membership(self, left: Node) -> Node:
        if not self.at("[", "("):
            return Node("in", parts=(left, self.sum()))
        opening = self.take().text
        first = self.expression()
        if self.took(".."):
            high = self.expression()
            closing = self.need("]", ")").text
            return Node("range", (opening == "[", closing == "]"), (left, first, high))
        items = [first]
        while self.took(","):
            items.append(self.expression())
        self.need("]" if opening == "[" else ")")
        return Node("in", parts=(left, Node("list", parts=tuple(items))))

    def sum(self) -> Node:
        return self.chain(self.product, "+", "-")

    def product(self) -> Node:
        return self.chain(self.signed, "*", "/")

    def signed(self) -> Node:
        if self.took("-"):
            return Node("-", parts=(Node("constant", Decimal(0)), self.path()))
        return self.path()

    def path(self) -> Node:
        tree = self.atom()
        while self.took("."):
            tree = Node("path", self.name(), (tree,))
        return tree

    def name(self) -> str:
        if self.now.kind != "name" or self.now.text in RESERVED:
            raise FeelSyntaxError(reason=f"“{self.now.text or '结尾'}”处应为名称")
        return self.take().text

    def atom(self) -> Node:
        if self.now.kind == "number":
            return Node("constant", Decimal(self.take().text))
        if self.now.kind == "text":
            return Node("constant", _unescaped(self.take().text))
        if self.took("("):
            tree = self.expression()
            self.need(")")
            return tree
        if self.took("["):
            return Node("list", parts=self.items("]"))
        return self.word()

    def items(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.took(closing):
            if found:
                self.need(",")
            found.append(self.expression())
        return tuple(found)

    def word(self) -> Node:
        word = self.name()
        if word in CONSTANTS:
            return Node("constant", CONSTANTS[word])
        while self.now.kind == "name" and _begins_function(f"{word} {self.now.text}"):
            word = f"{word} {self.take().text}"
        if not self.took("("):
            return Node("name", word)
        if word not in FUNCTIONS:
            raise FeelSyntaxError(reason=f"没有函数“{word}”")
        return Node("call", word, self.items(")"))


def _begins_function(words: str) -> bool:
    return any(f"{function} ".startswith(f"{words} ") for function in FUNCTIONS)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: ESCAPES.get(match[1], match[1]), text[1:-1])
