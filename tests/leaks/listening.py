"""Every line that any logger writes, kept while a run is played."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from web import access_log

OF_EACH_REQUEST = ("ms", "request")
"""How long it took and its random number: different each time, whoever joined."""


class Listener(logging.Handler):
    """Keeps every line that any logger writes."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def listening(lines: list[str]) -> Iterator[None]:
    """Keep what structlog and the standard library's loggers write."""
    former = structlog.get_config()

    def keep(_logger: object, _method: str, event: dict[str, object]) -> dict[str, object]:
        told = {name: value for name, value in event.items() if name not in OF_EACH_REQUEST}
        lines.append(repr(sorted(told.items(), key=str)))
        raise structlog.DropEvent

    patch = pytest.MonkeyPatch()
    patch.setattr(access_log, "configure_logging", lambda: None)
    handler = Listener(lines)
    structlog.configure(processors=[keep], cache_logger_on_first_use=False)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
        structlog.configure(**former)
        patch.undo()
