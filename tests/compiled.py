"""What every application compiles anew, though it never differs, kept between the tests' many.

Half of a page's test would go into compiling the same templates and the same routes once more.
"""

from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

Key = tuple[object, ...]


class Templates(BytecodeCache):
    """Compiled templates, by their text and by what their language has been extended with."""

    def __init__(self) -> None:
        self.kept: dict[Key, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get(_of(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self.kept[_of(bucket)] = bucket.code


def _of(bucket: Bucket) -> Key:
    language = bucket.environment
    return bucket.key, bucket.checksum, *sorted(language.extensions), *sorted(language.filters)


class Route(Rule):
    """A rule whose address builder is compiled once for each text of a rule."""

    kept: dict[Key, Any] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        key = self.rule, repr(self.defaults), tuple(self._trace), append_unknown
        if key not in self.kept:
            self.kept[key] = super()._compile_builder(append_unknown)
        return self.kept[key]


def keep() -> None:
    """Let every application of this process keep what it compiles."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
    Flask.url_rule_class = Route
