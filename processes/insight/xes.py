"""A flow's steps as XES (IEEE 1849), the format of process mining tools, written as it is read.

What leaves: the case's id, the flow, its version, the county, each step's title, role and times.
No names of people, companies or projects, and nothing that was typed into a form.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import iso
from models.flow.definition import Definition
from models.flow.instance import Instance
from models.flow.work_item import WorkItem
from processes.insight.scope import Scope

XES = "http://www.xes-standard.org/"
EXTENSIONS = (
    ("Concept", "concept", f"{XES}concept.xesext"),
    ("Lifecycle", "lifecycle", f"{XES}lifecycle.xesext"),
    ("Organizational", "org", f"{XES}org.xesext"),
    ("Time", "time", f"{XES}time.xesext"),
)
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NAMES: Any = {None: XES}
MOST_EVENTS = 500_000
AT_ONCE = 1_000
START, COMPLETE = "start", "complete"
ENDED, BEGUN, ENDED_AT_ONCE = range(3)
"""In one moment what ends goes before what it lets begin, and what takes no time ends last."""


class Sink:
    """Collects what is written until it is handed on."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> None:
        """Take a piece."""
        self.parts.append(part)

    def take(self) -> bytes:
        """Return what was collected and begin anew."""
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


def xes(session: Session, scope: Scope, title: str) -> Iterator[bytes]:
    """Yield the log of the steps done in the period, case by case."""
    sink = Sink()
    with etree.xmlfile(sink, encoding="utf-8") as out:
        out.write_declaration()
        attributes = {"xes.version": "1849.2016", "xes.features": ""}
        with out.element(f"{{{XES}}}log", attributes, nsmap=NAMES):
            for part in _head(scope, title):
                out.write(part)
            for _, rows in groupby(_rows(session, scope), key=lambda row: row.instance_id):
                out.write(_trace(list(rows)))
                if len(sink.parts) > AT_ONCE:
                    yield sink.take()
    yield sink.take()


def _rows(session: Session, scope: Scope) -> Iterator[Any]:
    query = (
        select(
            WorkItem.id,
            WorkItem.instance_id,
            WorkItem.step,
            WorkItem.title,
            WorkItem.role,
            WorkItem.county_code,
            WorkItem.opened_at,
            WorkItem.done_at,
            Definition.version,
        )
        .join(Instance, Instance.id == WorkItem.instance_id)
        .join(Definition, Definition.id == Instance.definition_id)
        .where(scope.done_in())
        .order_by(WorkItem.instance_id, WorkItem.opened_at, WorkItem.id)
        .limit(MOST_EVENTS // 2)
        .execution_options(yield_per=AT_ONCE)
    )
    yield from session.execute(query)


def _head(scope: Scope, title: str) -> Iterator[Any]:
    for name, prefix, uri in EXTENSIONS:
        yield _element("extension", name=name, prefix=prefix, uri=uri)
    trace = _element("global", scope="trace")
    trace.append(_string("concept:name", "-"))
    event = _element("global", scope="event")
    event.extend(
        [
            _string("concept:name", "-"),
            _string("lifecycle:transition", COMPLETE),
            _element("date", key="time:timestamp", value="1970-01-01T00:00:00+00:00"),
        ]
    )
    yield from (trace, event)
    yield _element("classifier", name="Activity", keys="concept:name")
    yield _element("classifier", name="Event", keys="concept:name lifecycle:transition")
    yield _string("concept:name", title)
    yield _string("lifecycle:model", "standard")
    yield _string("flow", scope.flow)
    yield _string("period", f"{scope.since}/{scope.until}")


def _trace(rows: list[Any]) -> Any:  # noqa: ANN401 - an element
    first = rows[0]
    trace = _element("trace")
    trace.append(_string("concept:name", first.instance_id))
    trace.append(_string("county", first.county_code))
    trace.append(_element("int", key="version", value=str(first.version)))
    moments = [(row.opened_at, BEGUN, row) for row in rows]
    moments += [
        (row.done_at, ENDED if row.done_at > row.opened_at else ENDED_AT_ONCE, row) for row in rows
    ]
    for at, order, row in sorted(moments, key=lambda each: each[:2]):
        transition = START if order == BEGUN else COMPLETE
        event = _element("event")
        event.append(_string("concept:name", row.title))
        event.append(_string("concept:instance", row.id))
        event.append(_string("step", row.step))
        event.append(_string("lifecycle:transition", transition))
        event.append(_string("org:role", row.role))
        event.append(_element("date", key="time:timestamp", value=iso(at)))
        trace.append(event)
    return trace


def _string(key: str, value: str) -> Any:  # noqa: ANN401 - an element
    return _element("string", key=key, value=NOT_XML.sub("", value))


def _element(tag: str, **attributes: str) -> Any:  # noqa: ANN401 - an element
    return etree.Element(f"{{{XES}}}{tag}", attributes, nsmap=NAMES)
