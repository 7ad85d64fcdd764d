"""What is compiled anew for every application and database, though it never differs, is kept.

Two thirds of a page's test would go into compiling the same templates, routes and SQL once more.
"""

from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
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


class Dialect(SQLiteDialect_pysqlite):
    """SQLite's SQL, the same for every file: what was compiled for one serves all."""

    supports_statement_cache = True
    kept: LRUCache[Any, Any] = LRUCache(4_000)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=cls.kept)


def keep() -> None:
    """Let the applications and databases of this process share what they compile."""
    registry.register("sqlite", __name__, "Dialect")
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
    Flask.url_rule_class = Route
