"""What of the base a county does not offer (``withholds`` in its pack), and what it does."""

import tomllib
from functools import lru_cache

from sqlalchemy.orm import Session

from models.errors import InvalidError
from processes import contents, definitions
from processes.catalogue import published_flows

MANIFEST = "pack.toml"
CALLS = "calls/"


class FlowWithheldError(InvalidError):
    """The county has said that it does not offer this flow."""

    message = "本区县不开办“{flow}”，请返回后选择本区县开办的事项。"


def withheld(session: Session, county: str) -> frozenset[str]:
    """Return the keys of the flows that a county does not offer."""
    digest = contents.assets(session, county, MANIFEST).get(MANIFEST)
    return _named(contents.get(session, digest)) if digest else frozenset()


def check_offered(session: Session, county: str, flow: str, title: str) -> None:
    """Raise when a county does not offer a flow."""
    if flow in withheld(session, county):
        raise FlowWithheldError(flow=title)


def offered(session: Session, county: str) -> dict[str, str]:
    """Return key → definition id of the flows of a county; parts only of withheld ones go, too."""
    flows = published_flows(session, county)
    calls = {key: _calls(session, one) for key, one in flows.items()}
    parts = {called for each in calls.values() for called in each}
    shown: set[str] = set()
    waiting = set(flows) - parts - withheld(session, county)
    while waiting:
        shown |= waiting
        waiting = {called for key in waiting for called in calls[key]} - shown
    return {key: one for key, one in flows.items() if key in shown}


def _calls(session: Session, definition: str) -> set[str]:
    named = definitions.pinned(session, definition).resources
    return {name.removeprefix(CALLS) for name in named if name.startswith(CALLS)}


@lru_cache(maxsize=64)
def _named(manifest: bytes) -> frozenset[str]:
    return frozenset(tomllib.loads(manifest.decode()).get("withholds", ()))
