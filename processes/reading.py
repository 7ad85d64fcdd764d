"""Looks into a case without acting on it."""

from typing import Any, NoReturn

from sqlalchemy.orm import Session

from models.flow.instance import Instance
from processes import definitions
from processes.runtime import Runtime
from processes.sandbox.sandbox import Sandbox
from processes.script_engine import OperatorScriptEngine, TaskInfo


class LookingOnlyError(RuntimeError):
    """A case that was loaded for looking at tried to act."""


def runtime_of(session: Session, instance: Instance) -> Runtime:
    """Return the case as it was stored, for looking at; its service tasks do not run."""
    prepared = definitions.prepared(session, instance.definition_id)
    engine = OperatorScriptEngine(_refuse, Sandbox())
    return Runtime.load(prepared, instance.state, engine)


def _refuse(_operator: str, _values: dict[str, Any], _task: TaskInfo) -> NoReturn:
    raise LookingOnlyError
