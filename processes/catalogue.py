"""What a diagram of a county may name, gathered for the publish check."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import PurePosixPath

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

import handlers  # noqa: F401 - importing it fills the catalogue of operators
from handlers.registry import registry
from models.flow.deadlines import PERIOD
from models.flow.definition import BASE, Definition, DefinitionStatus, RuleValue
from processes import contents, functions
from processes.forms.schema import Component, bound_names, checks_of, components_of, walk
from processes.lint import Catalogue, FlowFacts, Parameter, flow_facts, outputs_of

SWITCH = "boolean"
"""The unit of a rule that is yes or no."""


def lanes_of(session: Session, county: str) -> dict[str, str]:
    """Return lane title → role id of a county."""
    # packs load diagrams through publishing, which needs this: imported when it is called
    from processes.packs.roles import roles  # noqa: PLC0415

    return roles(session, county)


def catalogue_of(session: Session, county: str, also: Collection[str] = ()) -> Catalogue:
    """Return every name that exists in a county; ``also`` are flows stored in the same go."""
    return Catalogue(
        operators=operators(),
        forms={
            stem(path): kept_keys(contents.get(session, digest))
            for path, digest in contents.assets(session, county, "forms/").items()
        },
        lanes=frozenset(lanes_of(session, county)),
        decisions={
            stem(path): outputs_of(contents.get(session, digest))
            for path, digest in contents.assets(session, county, "decisions/").items()
        },
        flows=frozenset(published_flows(session, county)) | frozenset(also),
        flow_facts=_flow_facts(session, county),
        notices=frozenset(map(stem, contents.assets(session, county, "notices/"))),
        letters=frozenset(map(stem, contents.assets(session, county, "letters/"))),
        roles=frozenset(lanes_of(session, county).values()) or None,
        functions=functions.NAMES,
        rules=_of_unit(session, county, None),
        periods=_of_unit(session, county, PERIOD),
        switches=_of_unit(session, county, SWITCH),
    )


def _flow_facts(session: Session, county: str) -> dict[str, FlowFacts]:
    """Return what each flow in force sets and calls."""
    mine = published_flows(session, county)
    query = select(Definition.key, Definition.diagram).where(Definition.id.in_(mine.values()))
    found = {
        row.key: flow_facts(contents.get(session, row.diagram)) for row in session.execute(query)
    }
    return {key: facts for key, facts in found.items() if facts is not None}


def _of_unit(session: Session, county: str, unit: str | None) -> frozenset[str]:
    query = select(RuleValue.key).where(RuleValue.county_code.in_((county, BASE)))
    return frozenset(session.scalars(query if unit is None else query.filter_by(unit=unit)))


def operators() -> dict[str, tuple[Parameter, ...]]:
    """Return the parameters of every operator by its id."""
    return {
        each.id: tuple(
            Parameter(given["id"], given["type"], given["required"], given["label"])
            for given in each.parameters()
        )
        for each in registry
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
