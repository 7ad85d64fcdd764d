"""The names that a pack's diagrams may use, for the publish check."""

from collections.abc import Mapping

from models.flow.deadlines import PERIOD
from processes.catalogue import SWITCH, kept_keys, operators
from processes.functions import NAMES
from processes.lint import Catalogue, flow_facts, outputs_of
from processes.packs.pack import Pack
from processes.packs.roles import titles_of
from processes.xml import BPMN, safe_tree


def catalogue_of(pack: Pack) -> Catalogue:
    """Return every operator, form, lane, decision, flow and notice a diagram of the pack sees."""
    files = pack.all_files
    return Catalogue(
        operators=operators(),
        forms=dict(_forms(files)),
        lanes=frozenset(titles_of(pack.roles)),
        decisions={
            name: outputs_of(files[f"decisions/{name}.dmn"]) for name in _names(files, "decisions/")
        },
        flows=frozenset(process_ids(files)),
        flow_facts={
            name: facts
            for name in _names(files, "diagrams/")
            if (facts := flow_facts(files[f"diagrams/{name}.bpmn"])) is not None
        },
        notices=frozenset(_names(files, "notices/")),
        letters=frozenset(_names(files, "letters/")),
        roles=frozenset(pack.roles),
        functions=NAMES,
        rules=_of_unit(pack, None),
        periods=_of_unit(pack, PERIOD),
        switches=_of_unit(pack, SWITCH),
    )


def _of_unit(pack: Pack, unit: str | None) -> frozenset[str]:
    below = _of_unit(pack.base, unit) if pack.base else frozenset()
    return below | {key for key, rule in pack.rules.items() if unit in (None, rule.unit)}


def _forms(files: Mapping[str, bytes]) -> list[tuple[str, frozenset[str]]]:
    found = []
    for path in files:
        if path.startswith("forms/"):
            name = path.removeprefix("forms/").removesuffix(".json")
            found.append((name, kept_keys(files[path])))
    return found


def _names(files: Mapping[str, bytes], folder: str) -> list[str]:
    return [
        path.removeprefix(folder).rpartition(".")[0] for path in files if path.startswith(folder)
    ]


def process_ids(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return process id → path of the diagram that holds it."""
    found = {}
    for path in files:
        if path.startswith("diagrams/"):
            try:
                root = safe_tree(files[path])
            except Exception:  # noqa: BLE001, S112 - its own finding says what is wrong
                continue
            found.update({one.get("id"): path for one in root.iter(f"{{{BPMN}}}process")})
    return found
