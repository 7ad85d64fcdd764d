"""What the page of a case shows of it, as its diagram chooses: labels and values of its forms."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import to_china
from models.flow.instance import Instance
from models.identity.account import Account
from models.identity.party import Party
from models.money import format_fen
from processes import definitions
from processes.choices import PARTIES, PREFIX
from processes.definitions import Pinned
from processes.described import description
from processes.forms.schema import Component, components_of, kind_of, walk
from processes.reading import runtime_of

MAX_DEPTH = 4
MOST_WORDS = 2_000
PLAIN = frozenset({"textfield", "textarea", "number", "expression"})
OFFERED: Mapping[str, type[Account | Party]] = {PREFIX: Account, PARTIES: Party}
CHOSEN = frozenset({"radio", "select", "checklist", "taglist"})


def case_facts(session: Session, instance_id: str) -> list[tuple[str, str]]:
    """Return label and value pairs of the variables that the diagram names for the page."""
    instance = session.get(Instance, instance_id)
    if instance is None:
        return []
    version = definitions.pinned(session, instance.definition_id)
    wanted = description(session, version).facts
    if not wanted:
        return []
    data = runtime_of(session, instance).data
    fields = _with_names(session, fields_of(session, version), data)
    pairs = ((fields.get(name), data.get(name), name) for name in wanted)
    told = (
        (str((one or {}).get("label") or name), worded(one, value)) for one, value, name in pairs
    )
    return [(label, words) for label, words in told if words]


def case_words(session: Session, version: Pinned, data: Mapping[str, Any]) -> dict[str, str]:
    """Return field → words of everything that the forms of a flow were told."""
    fields = _with_names(session, fields_of(session, version), data)
    found = {name: worded(field, data[name]) for name, field in fields.items() if name in data}
    return {name: words for name, words in found.items() if words}


def fields_of(session: Session, version: Pinned, depth: int = 0) -> dict[str, Component]:
    """Return key → field of the forms that a flow and what it calls show."""
    found: dict[str, Component] = {}
    for name, pinned in version.resources.items():
        if name.startswith("forms/"):
            form = definitions.get_json(session, version, name)
            found |= {str(one.get("key")): one for one in walk(components_of(form))}
        elif name.startswith("calls/") and depth < MAX_DEPTH:
            called = definitions.pinned(session, pinned)
            found = fields_of(session, called, depth + 1) | found
    return found


def _with_names(
    session: Session, fields: Mapping[str, Component], data: Mapping[str, Any]
) -> dict[str, Component]:
    """Return the fields, those that offer parties or people with the names of the chosen."""
    chosen: dict[type[Account | Party], dict[str, set[str]]] = {Account: {}, Party: {}}
    for name, one in fields.items():
        offered = str(one.get("valuesKey") or "")
        kind = next((kind for start, kind in OFFERED.items() if offered.startswith(start)), None)
        if kind is not None and one["type"] in CHOSEN:
            chosen[kind][name] = _ids(data.get(name))
    named = dict(fields)
    for kind, by_field in chosen.items():
        ids = set().union(*by_field.values())
        # whoever was chosen keeps the name, though nobody could choose them any more
        query = select(kind.id, kind.name).where(kind.id.in_(ids))
        values = (
            [{"value": key, "label": name} for key, name in session.execute(query)] if ids else []
        )
        named |= {name: {**fields[name], "values": values} for name in by_field}
    return named


def _ids(value: object) -> set[str]:
    given = value if isinstance(value, list) else [value]
    return {one for one in given if isinstance(one, str)}


def worded(field: Component | None, value: Any) -> str:  # noqa: ANN401
    """Return a value as a person reads it; nothing for what is no text, number or choice."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int) and field is not None and kind_of(field) == "money":
        return format_fen(value)
    if isinstance(value, list):
        return "、".join(filter(None, (worded(field, one) for one in value)))[:MOST_WORDS]
    if isinstance(value, str | int | float):
        return _word(field, value)[:MOST_WORDS]
    return ""


def _word(field: Component | None, value: str | float) -> str:
    if field is not None and field["type"] in CHOSEN:
        return dict(_options(field)).get(str(value), str(value))
    if field is not None and field["type"] == "datetime" and isinstance(value, str):
        return _moment(value)
    return str(value)


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        return f"{moment:%Y年%m月%d日}" if len(text) == len("2026-11-09") else text
    return f"{to_china(moment):%Y年%m月%d日 %H:%M}"


def _options(field: Component) -> Iterator[tuple[str, str]]:
    for one in field.get("values") or ():
        if isinstance(one, Mapping):
            yield str(one.get("value")), str(one.get("label"))
