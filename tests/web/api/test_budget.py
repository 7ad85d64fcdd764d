"""What one completion may cost: SQL statements, counted at the driver from sign-in to commit."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_openapi3 import OpenAPI
from sqlalchemy import Engine, event

from tests.web.api.conftest import Caller
from tests.web.api.test_flow import YES, first_item, start

MOST_STATEMENTS = 10
"""The aim is 12; BEGIN and COMMIT included: a remote database multiplies every one by its distance."""


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect what the driver is told, transaction control included."""
    told: list[str] = []

    def cursor(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(statement)

    def note(word: str) -> object:
        return lambda _connection: told.append(word)

    # "BEGIN" passes through the driver's cursor on SQLite; its end does not
    listeners = [
        ("before_cursor_execute", cursor),
        ("commit", note("COMMIT")),
        ("rollback", note("ROLLBACK")),
    ]
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield told
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


def test_a_completion_needs_few_statements(
    app: OpenAPI, database: Engine, linear5: str, centre: Caller
) -> None:
    start(centre)
    item = first_item(centre)["id"]
    with statements(database) as told:
        assert centre("POST", f"/work-items/{item}/complete", YES).status_code == 200
    assert len(told) <= MOST_STATEMENTS, "\n".join(told)


def test_the_inbox_needs_no_statement_per_row(
    app: OpenAPI, database: Engine, linear5: str, centre: Caller
) -> None:
    start(centre)
    with statements(database) as one:
        centre("GET", "/work-items")
    for _ in range(15):
        start(centre)
    with statements(database) as many:
        assert len(centre("GET", "/work-items").json["items"]) == 16
    assert len(many) == len(one)
