"""An instance's state as bytes: never the spec, which comes from the cache of definitions.

The blob is JSON, in a bytes column. A database type that reorders keys would lose data. A finished
or a large state is compressed: the one is kept for years and seldom read, the other would cost
more to write than to compress.
"""

# ruff: noqa: SLF001  (the hook that a finished sub-process calls)

import zlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG

from processes.spiff.columns import Columns, Convert, Reader, Writer
from processes.spiff.untyped import Json, Spec
from processes.spiff.workflow import FastSubWorkflow, FastWorkflow

VERSION = 1
LARGE = 16_000
ZLIB_MARK = b"\x78"  # JSON begins with a brace
MAX_STATE = 64 << 20
REGISTRY = BpmnWorkflowSerializer.configure(DEFAULT_CONFIG)


class StateVersionError(ValueError):
    """The state was written by another version of this codec."""


def dumps(workflow: FastWorkflow) -> bytes:
    """Return the state of a workflow; anything that is not JSON data is refused."""
    document: dict[str, Any] = {"v": VERSION, **Writer(workflow, REGISTRY.convert).write()}
    if workflow.bpmn_events:
        document["ev"] = REGISTRY.convert(workflow.bpmn_events)
    if workflow.subprocesses:
        document["sub"] = [
            {"of": str(parent), "spec": child.spec.name, **_columns_of(child)}
            for parent, child in workflow.subprocesses.items()
        ]
    blob = orjson.dumps(document, default=_default, option=orjson.OPT_PASSTHROUGH_DATETIME)
    if workflow.completed:
        return zlib.compress(blob, 6)
    return zlib.compress(blob, 1) if len(blob) > LARGE else blob


def plain(blob: bytes) -> bytes:
    """Return the JSON of a state, compressed or not."""
    if not blob.startswith(ZLIB_MARK):
        return blob
    return zlib.decompressobj().decompress(blob, MAX_STATE)


def _columns_of(child: FastSubWorkflow) -> Columns:
    # A sub-process that had ended when it was loaded is never written to again: what was read of
    # it is what is stored.
    kept: Columns | None = child.kept
    if kept is not None and len(kept["s"]) == len(child.tasks):
        return kept
    return Writer(child, REGISTRY.convert).write()


def loads(
    blob: bytes, spec: Spec, subprocess_specs: Mapping[str, Spec], script_engine: PythonScriptEngine
) -> FastWorkflow:
    """Rebuild a workflow on a shared spec; the script engine is no option but a must."""
    blob = plain(blob)
    document = orjson.loads(blob)
    if document["v"] != VERSION:
        raise StateVersionError(document["v"])
    # Only a document with values that are not plain JSON pays for the recursive walk.
    restore = REGISTRY.restore if b'"typename"' in blob else None
    workflow = FastWorkflow(spec, subprocess_specs, script_engine=script_engine, deserializing=True)
    Reader(workflow, document, restore).read(REGISTRY.restore)
    for columns in document.get("sub", ()):
        _load_child(workflow, columns, restore)
    if "ev" in document:
        workflow.bpmn_events = REGISTRY.restore(document["ev"])
    return workflow


def _load_child(workflow: FastWorkflow, columns: Columns, restore: Convert | None) -> None:
    uid = UUID(columns["of"])
    task = workflow.get_task_from_id(uid)
    spec = workflow.subprocess_specs[columns["spec"]]
    child = FastSubWorkflow(spec, uid, workflow, deserializing=True)
    workflow.subprocesses[uid] = child
    Reader(child, columns, restore).read(REGISTRY.restore)
    # restoring empties what it restores from, so such columns cannot be stored again
    child.kept = columns if columns["done"] and restore is None else None
    child.completed_event.connect(task.task_spec._on_subworkflow_completed, task)


def _default(value: object) -> Json:
    name = REGISTRY.typenames.get(type(value))
    if name is None:
        raise TypeError(f"{type(value).__name__} is not JSON data")
    return REGISTRY.convert_to_dict[name](value)
