"""What a diagram of a county may name: parts of what the publish check asks for."""

from functools import lru_cache
from pathlib import PurePosixPath

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

import handlers  # noqa: F401 - importing it fills the catalogue of operators
from handlers.registry import Operator, registry
from models.flow.definition import BASE, Definition, DefinitionStatus
from processes.forms.schema import Component, bound_names, checks_of, components_of, walk
from processes.lint import Parameter

SWITCH = "boolean"
"""The unit of a rule that is yes or no."""


def lanes_of(session: Session, county: str) -> dict[str, str]:
    """Return lane title → role id of a county."""
    # packs load diagrams through publishing, which needs this: imported when it is called
    from processes.packs.roles import roles  # noqa: PLC0415

    return roles(session, county)


def operators() -> dict[str, tuple[Parameter, ...]]:
    """Return the parameters of every operator by its id; the result must not be changed."""
    return _parameters(tuple(registry))


@lru_cache(maxsize=4)
def _parameters(known: tuple[Operator, ...]) -> dict[str, tuple[Parameter, ...]]:
    return {
        each.id: tuple(
            Parameter(given["id"], given["type"], given["required"], given["label"])
            for given in each.parameters()
        )
        for each in known
    }


def published_flows(session: Session, county: str) -> dict[str, str]:
    """Return key → definition id of the versions in force in a county."""
    query = select(Definition.key, Definition.county_code, Definition.id).where(
        Definition.county_code.in_((county, BASE)),
        Definition.status == DefinitionStatus.PUBLISHED,
    )
    rows = sorted(session.execute(query), key=lambda row: row.county_code != BASE)
    return {row.key: row.id for row in rows}


def stem(path: str) -> str:
    """Return the name of a file without folder and suffix."""
    return PurePosixPath(path).stem


@lru_cache(maxsize=512)
def kept_keys(form: bytes) -> frozenset[str]:
    """Return the names that a form writes to the case; what is taken out on the way is none."""
    try:
        components = components_of(orjson.loads(form))
        return frozenset(bound_names(components)) - _taken_out(components)
    except (ValueError, TypeError, AttributeError, KeyError):
        return frozenset()  # the form's own check says what is wrong with it


def _taken_out(components: list[Component]) -> frozenset[str]:
    return frozenset(
        str(one.get("key"))
        for one in walk(components)
        if "draw_secret" in checks_of(one) or (one.get("properties") or {}).get("store") == "none"
    )
