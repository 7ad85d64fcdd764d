"""What the names in a county's diagrams mean now, read once for all that is asked in a row."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.flow.deadlines import PERIOD
from models.flow.definition import BASE, Definition, DefinitionStatus, RuleValue
from processes import contents, functions
from processes.catalogue import SWITCH, kept_keys, lanes_of, operators, stem
from processes.lint import Catalogue, FlowFacts, flow_facts, outputs_of
from processes.publishing_errors import CalledFlowMissingError, NamedFileMissingError
from processes.references import References

TEXTS = ("notices/", "letters/")
"""What every version pins, whether its diagram names it or not."""


@dataclass(frozen=True)
class InForce:
    """A version in force and the hash of its diagram."""

    id: str
    diagram: str


class Meaning:
    """What names mean in one county; it holds until files, roles or rules are stored there.

    Whoever publishes with it says so by ``publish``; whoever retires, by ``forget``.
    """

    def __init__(self, session: Session, county: str) -> None:
        self.session, self.county = session, county

    @cached_property
    def files(self) -> dict[str, str]:
        """The hash of every file that the county sees, by its path."""
        return contents.assets(self.session, self.county)

    @cached_property
    def titles(self) -> dict[str, str]:
        """The role of every lane."""
        return lanes_of(self.session, self.county)

    @property
    def flows(self) -> dict[str, str]:
        """The version in force of every flow: the county's own, or else the base's."""
        return {key: one.id for key, one in self._visible.items()}

    @property
    def below(self) -> Mapping[str, InForce]:
        """What of the base is in force."""
        return self._versions[BASE]

    def publish(self, row: Definition) -> None:
        """Note that a version came into force here."""
        self._versions[row.county_code][row.key] = InForce(row.id, row.diagram)

    def forget(self) -> None:
        """Read anew what is in force: something was retired."""
        self.__dict__.pop("_versions", None)

    def catalogue(self, also: Collection[str] = ()) -> Catalogue:
        """Return every name that exists here; ``also`` are flows stored in the same go."""
        flows = frozenset(self._visible) | frozenset(also)
        return replace(self._texts, flows=flows, flow_facts=self._facts())

    def pins(self, named: References) -> dict[str, str]:
        """Return what a diagram's names mean: files by hash, called flows by version."""
        wanted = {*named.files, *(path for path in self.files if path.startswith(TEXTS))}
        flows = self.flows
        if missing := sorted(named.calls - set(flows)):
            raise CalledFlowMissingError(flow=named.key, called="、".join(missing))
        calls = {f"calls/{key}": flows[key] for key in named.calls}
        if absent := sorted(wanted - set(self.files)):
            raise NamedFileMissingError(flow=named.key, files="、".join(absent))
        return {path: self.files[path] for path in sorted(wanted)} | calls

    @cached_property
    def _versions(self) -> dict[str, dict[str, InForce]]:
        query = select(
            Definition.county_code, Definition.key, Definition.id, Definition.diagram
        ).where(
            Definition.county_code.in_((self.county, BASE)),
            Definition.status == DefinitionStatus.PUBLISHED,
        )
        found: dict[str, dict[str, InForce]] = {BASE: {}, self.county: {}}
        for row in self.session.execute(query):
            found[row.county_code][row.key] = InForce(row.id, row.diagram)
        return found

    @property
    def _visible(self) -> dict[str, InForce]:
        return {**self._versions[BASE], **self._versions[self.county]}

    def _facts(self) -> dict[str, FlowFacts]:
        digests = {key: one.diagram for key, one in self._visible.items()}
        bodies = contents.get_all(self.session, digests)
        found = {key: flow_facts(body) for key, body in bodies.items()}
        return {key: facts for key, facts in found.items() if facts is not None}

    @cached_property
    def _texts(self) -> Catalogue:
        """What there is beside flows."""
        query = select(RuleValue.key, RuleValue.unit).where(
            RuleValue.county_code.in_((self.county, BASE))
        )
        units = self.session.execute(query).all()
        return Catalogue(
            operators=operators(),
            forms={name: kept_keys(body) for name, body in self._bodies("forms/").items()},
            lanes=frozenset(self.titles),
            decisions={name: outputs_of(body) for name, body in self._bodies("decisions/").items()},
            notices=frozenset(stem(path) for path in self.files if path.startswith("notices/")),
            letters=frozenset(stem(path) for path in self.files if path.startswith("letters/")),
            roles=frozenset(self.titles.values()) or None,
            functions=functions.NAMES,
            rules=frozenset(key for key, _ in units),
            periods=frozenset(key for key, unit in units if unit == PERIOD),
            switches=frozenset(key for key, unit in units if unit == SWITCH),
        )

    def _bodies(self, folder: str) -> dict[str, bytes]:
        named = {stem(path): one for path, one in self.files.items() if path.startswith(folder)}
        return contents.get_all(self.session, named)


def catalogue_of(session: Session, county: str) -> Catalogue:
    """Return every name that exists in a county."""
    return Meaning(session, county).catalogue()
